import { ApiProperty, ApiPropertyOptional, OmitType } from '@nestjs/swagger';
import { Type as TransformTo } from 'class-transformer';
import { IsObject, ValidateNested } from 'class-validator';
import { Field, FilterField, NameField, NameListField, TextField, TimeField } from '../crud/fields.js';
import { PageQuery, PageView } from '../crud/page.js';

class TokenScopeBody {
  @NameListField('glob', { filled: true, description: 'MCP servers that the token may be used for' })
  servers!: string[];
}

const EVERYTHING = (): TokenScopeBody => Object.assign(new TokenScopeBody(), { servers: ['*'] });

export class TokenBody {
  @NameField('user', { description: 'An existing user' })
  user!: string;

  @TextField({ optional: true, description: 'What the token is for', example: 'laptop' })
  name: string = '';

  @Field(
    { type: TokenScopeBody, optional: true },
    TransformTo(() => TokenScopeBody),
    IsObject({ message: '{servers: [globs]}' }),
    ValidateNested(),
  )
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

export class TokenPage extends PageView {
  @ApiProperty({ type: [TokenView] })
  items!: TokenView[];
}

export class TokenQuery extends PageQuery {
  @ApiPropertyOptional()
  @FilterField('Only the tokens of this user')
  user?: string;
}
