import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';

class FieldErrorView {
  @ApiProperty({ description: 'Dotted path of the field' })
  field!: string;

  @ApiPropertyOptional({ description: 'The refused value; secrets are not shown', type: Object })
  seen?: unknown;

  @ApiProperty({ oneOf: [{ type: 'string' }, { type: 'array', items: { type: 'string' } }] })
  allowed!: string | string[];
}

/** A problem document (RFC 9457). */
export class ProblemView {
  @ApiProperty({ example: 'urn:causeway:problem:validation' })
  type!: string;

  @ApiProperty()
  title!: string;

  @ApiProperty()
  status!: number;

  @ApiProperty()
  detail!: string;

  @ApiPropertyOptional({ type: [FieldErrorView] })
  errors?: FieldErrorView[];

  @ApiPropertyOptional({ type: [String], description: 'Only in problems of type in-use' })
  mcpServers?: string[];
}
