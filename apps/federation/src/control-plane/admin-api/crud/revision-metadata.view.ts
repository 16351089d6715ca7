import { ApiProperty } from '@nestjs/swagger';

const TIME = { type: String, format: 'date-time' } as const;

/**
 * Names of the stamps. A body class lists them, and whatever else an answer adds, as `readOnly`: a client may put back what it
 * got (OpenAPI 3.0 `readOnly`), and nobody reads it.
 */
export const REVISION_METADATA = ['createdAt', 'updatedAt', 'revision'] as const;

/** What the registry adds to every resource. */
export class RevisionMetadata {
  @ApiProperty(TIME)
  createdAt!: string;

  @ApiProperty(TIME)
  updatedAt!: string;

  @ApiProperty({ type: 'integer', description: 'Revision of its last change, also its ETag' })
  revision!: number;
}

interface RevisedRow {
  createdAt: Date;
  updatedAt: Date;
  revision: number;
}

export const revisionMetadataOf = (row: RevisedRow) => ({
  createdAt: row.createdAt.toISOString(),
  updatedAt: row.updatedAt.toISOString(),
  revision: row.revision,
});
