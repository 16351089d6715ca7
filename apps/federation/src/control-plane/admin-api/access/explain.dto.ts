import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { TextField, TextListField } from '../crud/fields.js';

/** A hypothetical request; the names in it need not exist. */
export class ExplainBody {
  @TextField({ example: 'alice@example.com' })
  user!: string;

  @TextListField({ optional: true, nullable: true, description: "Null: the user's own groups" })
  groups: string[] | null = null;

  @TextField({ example: 'mcp-m365' })
  mcpServer!: string;

  @TextField({ optional: true, nullable: true, example: 'tools/call' })
  method: string | null = null;

  @TextField({ optional: true, nullable: true, example: 'get_calendar_events' })
  tool: string | null = null;

  @TextField({ example: 'aws' })
  entryGateway!: string;
}

class ExplainedDecisionView {
  @ApiProperty()
  gateway!: string;

  @ApiProperty({ enum: ['entry', 'handling'] })
  role!: string;

  @ApiProperty({ enum: ['allow', 'deny'] })
  decision!: string;

  @ApiProperty({ type: String, nullable: true })
  policy!: string | null;

  @ApiProperty({ type: String, nullable: true })
  reason!: string | null;

  @ApiProperty({ type: 'integer' })
  revision!: number;
}

export class ExplainView {
  @ApiProperty()
  allowed!: boolean;

  @ApiProperty()
  entryGateway!: string;

  @ApiProperty({ type: String, nullable: true })
  handlingGateway!: string | null;

  @ApiProperty({ type: 'integer' })
  proxyHops!: number;

  @ApiProperty({ type: [ExplainedDecisionView] })
  decisions!: ExplainedDecisionView[];

  @ApiPropertyOptional({
    type: [String],
    description: 'Names that do not exist or are disabled; absent if there are none',
  })
  hints?: string[];
}
