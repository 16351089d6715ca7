import { ApiProperty, OmitType } from '@nestjs/swagger';
import { FilterQuery, LabelField, NameField, NameListField, ObjectField, TimeField } from '../crud/fields.js';
import { PageOf, PageQuery } from '../crud/page.js';

class TokenScopeBody {
  @NameListField('glob', { filled: true, description: 'MCP servers that the token may be used for' })
  servers!: string[];
}

const EVERYTHING = (): TokenScopeBody => Object.assign(new TokenScopeBody(), { servers: ['*'] });

export class TokenBody {
  @NameField('user', { description: 'An existing user' })
  user!: string;

  @LabelField({ optional: true, description: 'What the token is for', example: 'laptop' })
  name: string = '';

  @ObjectField(TokenScopeBody, '{servers: [globs]}', { optional: true })
  scope: TokenScopeBody = EVERYTHING();

  @TimeField({ optional: true, nullable: true, description: 'Null: it does not expire' })
  expiresAt: string | null = null;
}

export class NewTokenView extends TokenBody {
  @ApiProperty()
  id!: string;

  @ApiProperty({ description: 'The token itself, shown only here' })
  token!: string;

  @ApiProperty({ type: String, format: 'date-time' })
  createdAt!: string;

  @ApiProperty({ type: 'integer' })
  revision!: number;
}

export class TokenView extends OmitType(NewTokenView, ['token'] as const) {}

export class TokenPage extends PageOf(TokenView) {}

export class TokenQuery extends PageQuery {
  @FilterQuery('Only the tokens of this user')
  user?: string;
}
