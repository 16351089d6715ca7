import { DEFAULT_MAX_STREAM_MS } from '#libs/contract';
import { ApiProperty, IntersectionType } from '@nestjs/swagger';
import { IsBoolean } from 'class-validator';
import {
  CheckedField,
  Field,
  FilterQuery,
  HttpUrlField,
  IntegerField,
  NameField,
  ObjectField,
  TextField,
  TextListField,
} from '../crud/fields.js';
import { PageOf, PageQuery } from '../crud/page.js';
import { REVISION_METADATA, RevisionMetadata } from '../crud/revision-metadata.view.js';

const MAX_MS = 86_400_000;

const SERVER_STATES = ['unprobed', 'ok', 'failing', 'unreachable', 'transport_unsupported'] as const;
export type ServerState = (typeof SERVER_STATES)[number];

const MillisecondsField = (fallback: number, description: string) =>
  IntegerField(
    { optional: true, default: fallback, minimum: 1, maximum: MAX_MS, description },
    `milliseconds, 1 to ${MAX_MS}`,
  );

class ServerTimeoutsBody {
  @MillisecondsField(3000, 'Until the MCP server has accepted the connection')
  connectMs: number = 3000;

  @MillisecondsField(300_000, "Until the MCP server's response headers have arrived")
  responseMs: number = 300_000;

  @MillisecondsField(300_000, 'How long a response stream may stay silent')
  idleStreamMs: number = 300_000;

  @MillisecondsField(DEFAULT_MAX_STREAM_MS, 'How long a response may last in total')
  maxStreamMs: number = DEFAULT_MAX_STREAM_MS;
}

/** How the handling gateway authenticates itself to the MCP server. */
class ServerAuthBody {
  @ApiProperty({ enum: ['none'] })
  type!: 'none';
}

const isNoAuth = (value: unknown): boolean =>
  typeof value === 'object' &&
  value !== null &&
  (value as { type?: unknown }).type === 'none' &&
  Object.keys(value).length === 1;

/** An MCP server as it is put. */
export class McpServerBody {
  static readonly readOnly: readonly string[] = [...REVISION_METADATA, 'gateway', 'status', 'observed'];

  @NameField('server', { optional: true, example: 'mcp-m365' })
  name?: string;

  @TextField({ optional: true })
  description: string = '';

  @HttpUrlField({ description: 'URL of the MCP endpoint, used verbatim by the handling gateway' })
  url!: string;

  @HttpUrlField({ description: 'URL of the registered gateway that can reach the server' })
  proxyUrl!: string;

  @CheckedField({ type: ServerAuthBody, optional: true }, '{"type": "none"}', isNoAuth)
  auth: ServerAuthBody = { type: 'none' };

  @ObjectField(ServerTimeoutsBody, '{connectMs, responseMs, idleStreamMs, maxStreamMs}', { optional: true })
  timeouts: ServerTimeoutsBody = new ServerTimeoutsBody();

  @TextListField({ optional: true })
  tags: string[] = [];

  @Field({ type: Boolean, optional: true, default: true }, IsBoolean({ message: 'true or false' }))
  enabled: boolean = true;
}

export class NewMcpServerBody extends McpServerBody {
  @NameField('server', { example: 'mcp-m365' })
  override name!: string;
}

/** What the last requests say of the MCP server; `checkedAt` is when the last of them ended. */
class McpServerStatusView {
  @ApiProperty({ enum: SERVER_STATES })
  state!: ServerState;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  checkedAt!: string | null;
}

class ServerFailureView {
  @ApiProperty({ type: String, format: 'date-time' })
  at!: string;

  @ApiProperty({ description: 'A reason of the error catalogue' })
  reason!: string;

  @ApiProperty({ type: String, nullable: true, description: "How it failed, as the gateway's log has it" })
  detail!: string | null;

  @ApiProperty({ description: 'Name of the gateway that saw it' })
  gateway!: string;
}

class ServerInfoView {
  @ApiProperty()
  name!: string;

  @ApiProperty()
  version!: string;
}

/** What real traffic has shown since the server was registered, or its URL or gateway was changed. */
class ServerObservedView {
  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  lastSuccessAt!: string | null;

  @ApiProperty({ type: ServerFailureView, nullable: true })
  lastFailure!: ServerFailureView | null;

  @ApiProperty({
    type: [String],
    description: 'Protocol revisions that the server itself has told, newest first',
  })
  protocolVersions!: string[];

  @ApiProperty({ type: ServerInfoView, nullable: true, description: 'What the server calls itself' })
  serverInfo!: ServerInfoView | null;
}

export class McpServerView extends IntersectionType(NewMcpServerBody, RevisionMetadata) {
  @ApiProperty({ description: 'Name of the handling gateway' })
  gateway!: string;

  @ApiProperty()
  status!: McpServerStatusView;

  @ApiProperty()
  observed!: ServerObservedView;
}

export class McpServerQuery extends PageQuery {
  @FilterQuery('Text within the name or the description, in any case')
  q?: string;

  @FilterQuery('Only servers with this tag')
  tag?: string;

  @FilterQuery('Only servers behind the gateway of this name')
  gateway?: string;
}

export class McpServerPage extends PageOf(McpServerView) {}
