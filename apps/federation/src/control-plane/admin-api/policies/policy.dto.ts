import { ApiProperty, IntersectionType } from '@nestjs/swagger';
import { IsIn } from 'class-validator';
import { ChoiceQuery, Field, NameField, NameListField } from '../crud/fields.js';
import { PageOf, PageQuery } from '../crud/page.js';
import { REVISION_METADATA, RevisionMetadata } from '../crud/revision-metadata.view.js';

const EFFECTS = ['allow', 'deny'] as const;
const ALL_IF_NULL = { optional: true, nullable: true, filled: true } as const;

/** A policy as it is put. An absent or null list means «all». */
export class PolicyBody {
  static readonly readOnly: readonly string[] = [...REVISION_METADATA, 'warnings'];

  @NameField('resource', { optional: true, example: 'finance-calendar' })
  name?: string;

  @Field({ enum: EFFECTS }, IsIn(EFFECTS, { message: 'allow, deny' }))
  effect!: 'allow' | 'deny';

  @NameListField('subject', {
    filled: true,
    description: 'Whom it applies to; one match is enough',
    example: ['group:finance'],
  })
  subjects!: string[];

  @NameListField('glob', { filled: true, description: 'MCP servers', example: ['mcp-*'] })
  servers!: string[];

  @NameListField('glob', {
    ...ALL_IF_NULL,
    description: 'Tools, for tools/list and tools/call; null or absent: all',
  })
  tools: string[] | null = null;

  @NameListField('glob', {
    ...ALL_IF_NULL,
    description:
      'JSON-RPC methods; null or absent: all, or, if `tools` is given, only tools/list and tools/call',
  })
  methods: string[] | null = null;

  @NameListField('gateway', {
    ...ALL_IF_NULL,
    description: 'Gateways that evaluate it; null or absent: all',
  })
  gateways: string[] | null = null;
}

export class NewPolicyBody extends PolicyBody {
  @NameField('resource', { example: 'finance-calendar' })
  override name!: string;
}

/** A name in a policy that nothing bears now. */
export class PolicyWarningView {
  @ApiProperty({
    enum: ['effect', 'subjects', 'servers', 'methods'],
    description: '`effect`: a deny that denies nothing',
  })
  field!: 'effect' | 'subjects' | 'servers' | 'methods';

  @ApiProperty({ example: 'user:alcie@example.com' })
  seen!: string;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'The nearest known name',
    example: 'user:alice@example.com',
  })
  nearest!: string | null;

  @ApiProperty()
  detail!: string;
}

export class PolicyView extends IntersectionType(NewPolicyBody, RevisionMetadata) {
  @ApiProperty({
    type: [PolicyWarningView],
    description: 'What in it matches nothing now; empty if all is known',
  })
  warnings!: PolicyWarningView[];
}

export class PolicyQuery extends PageQuery {
  @ChoiceQuery(['true'], 'Only policies in which something matches nothing now')
  warnings?: 'true';
}

export class PolicyPage extends PageOf(PolicyView) {}
