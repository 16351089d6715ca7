import type { NamedResource } from '#libs/registry';
import { ApiProperty } from '@nestjs/swagger';

const TIME = { type: String, format: 'date-time' } as const;

/**
 * Names of the metadata. A body class lists them as `readOnly`, with whatever else an answer adds: a client may put back
 * what it got (OpenAPI 3.0 `readOnly`), and these fields are ignored.
 */
export const REVISION_METADATA = ['createdAt', 'updatedAt', 'revision'] as const;

/** What the registry adds to every resource. */
export class RevisionMetadata {
  @ApiProperty(TIME)
  createdAt!: string;

  @ApiProperty(TIME)
  updatedAt!: string;

  @ApiProperty({ type: 'integer', description: 'Revision of its last change; also its ETag' })
  revision!: number;
}

type Rendered<Row extends NamedResource> = Omit<Row, keyof RevisionMetadata> & {
  [Field in keyof RevisionMetadata]: RevisionMetadata[Field];
};

/** A row with its times as the admin API shows them. */
export function rendered<Row extends NamedResource>(row: Row): Rendered<Row> {
  const { name, createdAt, updatedAt, revision, ...own } = row;
  const times = { createdAt: createdAt.toISOString(), updatedAt: updatedAt.toISOString() };
  return { name, ...own, ...times, revision } as unknown as Rendered<Row>;
}

/** A row without the revision metadata: what is the resource's own. */
export function withoutMetadata<Row extends NamedResource>({
  createdAt: _created,
  updatedAt: _updated,
  revision: _revision,
  ...own
}: Row): Omit<Row, keyof RevisionMetadata> {
  return own;
}
