import { ApiProperty, OmitType } from '@nestjs/swagger';
import { FilterQuery, NameField, TextField, TimeField } from '../crud/fields.js';
import { PageOf, PageQuery } from '../crud/page.js';

export class AdminTokenBody {
  @NameField('user', {
    description: 'An existing user; the token has the roles that this user has when it is used',
  })
  user!: string;

  @TextField({ optional: true, description: 'What the token is for', example: 'terraform' })
  name: string = '';

  @TimeField({ optional: true, nullable: true, description: 'Null: it does not expire' })
  expiresAt: string | null = null;
}

export class NewAdminTokenView extends AdminTokenBody {
  @ApiProperty()
  id!: string;

  @ApiProperty({ description: 'The token itself, shown only here' })
  token!: string;

  @ApiProperty({ type: String, format: 'date-time' })
  createdAt!: string;
}

export class AdminTokenView extends OmitType(NewAdminTokenView, ['token', 'user'] as const) {
  @ApiProperty({ type: String, description: 'Whose token it is; "admin" for the bootstrap token' })
  user!: string;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'When it was last used, exact to a minute; null if it never was',
  })
  lastUsedAt!: string | null;
}

export class AdminTokenPage extends PageOf(AdminTokenView) {}

export class AdminTokenQuery extends PageQuery {
  @FilterQuery('Only the admin tokens of this user')
  user?: string;
}
