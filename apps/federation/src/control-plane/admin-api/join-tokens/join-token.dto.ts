import { ApiProperty } from '@nestjs/swagger';
import { IntegerField } from '../crud/fields.js';
import { PageOf } from '../crud/page.js';

const MAX_LIFE_SECONDS = 31_536_000;
/** A day. */
export const DEFAULT_LIFE_SECONDS = 86_400;

export class JoinTokenBody {
  @IntegerField(
    {
      optional: true,
      nullable: true,
      default: DEFAULT_LIFE_SECONDS,
      minimum: 1,
      maximum: MAX_LIFE_SECONDS,
    },
    `seconds, 1 to ${MAX_LIFE_SECONDS}, or null: until revoked`,
  )
  expiresInSeconds: number | null = DEFAULT_LIFE_SECONDS;
}

export class FreshJoinTokenView {
  @ApiProperty()
  id!: string;

  @ApiProperty({ description: 'Shown only here' })
  token!: string;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  expiresAt!: string | null;
}

export class NewJoinTokenView extends FreshJoinTokenView {
  @ApiProperty()
  gateway!: string;
}

export class JoinTokenView {
  @ApiProperty()
  id!: string;

  @ApiProperty()
  gateway!: string;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  expiresAt!: string | null;

  @ApiProperty({ type: String, format: 'date-time' })
  createdAt!: string;
}

export class JoinTokenPage extends PageOf(JoinTokenView) {}
