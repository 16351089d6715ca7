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

/** A name that does not exist, and the one that was probably meant. */
export class NearMissView {
  @ApiProperty({
    type: String,
    nullable: true,
    description: 'The policy that has it; null: the question has it',
  })
  policy!: string | null;

  @ApiProperty({ example: 'subjects' })
  field!: string;

  @ApiProperty({ example: 'user:alcie@example.com' })
  seen!: string;

  @ApiProperty({ example: 'user:alice@example.com' })
  nearest!: string;
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

  @ApiProperty({
    type: [NearMissView],
    description: 'Names in the question or in policies that have a slip in them',
  })
  nearMisses!: NearMissView[];
}
