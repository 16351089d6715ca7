import { ApiProperty } from '@nestjs/swagger';

const TIME = { type: String, format: 'date-time' } as const;

/** What the registry adds to every resource. */
export const Stamped = <T extends abstract new (...given: never[]) => object>(Base: T) => {
  abstract class StampedView extends Base {
    @ApiProperty(TIME)
    createdAt!: string;

    @ApiProperty(TIME)
    updatedAt!: string;

    @ApiProperty({ type: 'integer', description: 'Revision of its last change, also its ETag' })
    revision!: number;
  }
  return StampedView;
};

interface StampedRow {
  createdAt: Date;
  updatedAt: Date;
  revision: number;
}

export const stampsOf = (row: StampedRow) => ({
  createdAt: row.createdAt.toISOString(),
  updatedAt: row.updatedAt.toISOString(),
  revision: row.revision,
});
