import { ApiProperty, IntersectionType } from '@nestjs/swagger';
import { IsIn } from 'class-validator';
import { Field, NameField, NameListField } from '../http/fields.js';
import { PageView } from '../http/page.js';
import { STAMPS, Stamps } from '../http/stamps.view.js';

const EFFECTS = ['allow', 'deny'] as const;
const ALL_IF_NULL = { optional: true, nullable: true, filled: true } as const;

/** A policy as it is put; POST needs the name. An absent or null list means «all». */
export class PolicyBody {
  static readonly readOnly: readonly string[] = STAMPS;

  @NameField('resource', { optional: true, example: 'finance-calendar' })
  name?: string;

  @Field({ enum: EFFECTS }, IsIn(EFFECTS, { message: 'allow, deny' }))
  effect!: 'allow' | 'deny';

  @NameListField('subject', { filled: true, example: ['group:finance'] })
  subjects!: string[];

  @NameListField('glob', { filled: true, example: ['mcp-*'] })
  servers!: string[];

  @NameListField('glob', { ...ALL_IF_NULL, description: 'Restricts tools/list and tools/call' })
  tools: string[] | null = null;

  @NameListField('glob', { ...ALL_IF_NULL, description: 'JSON-RPC methods' })
  methods: string[] | null = null;

  @NameListField('gateway', { ...ALL_IF_NULL, description: 'Gateways at which the policy is evaluated' })
  gateways: string[] | null = null;
}

export class PolicyView extends IntersectionType(PolicyBody, Stamps) {}

export class PolicyPage extends PageView {
  @ApiProperty({ type: [PolicyView] })
  items!: PolicyView[];
}
