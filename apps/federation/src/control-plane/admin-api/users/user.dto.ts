import { ADMIN_ROLES, type AdminRole } from '#libs/registry';
import { IntersectionType } from '@nestjs/swagger';
import { IsArray, IsBoolean, IsIn } from 'class-validator';
import { DistinctItems, Field, LabelField, NameField, NameListField } from '../crud/fields.js';
import { PageOf } from '../crud/page.js';
import { REVISION_METADATA, RevisionMetadata } from '../crud/revision-metadata.view.js';

const ROLES_ALLOWED = { message: `a list of: ${ADMIN_ROLES.join(', ')}` };

/** A user as it is put. */
export class UserBody {
  static readonly readOnly: readonly string[] = REVISION_METADATA;

  @NameField('account', { optional: true, example: 'alice@example.com' })
  name?: string;

  @LabelField({ optional: true })
  displayName: string = '';

  @NameListField('resource', { optional: true, description: 'Groups that do not exist yet are created' })
  groups: string[] = [];

  @Field(
    {
      enum: ADMIN_ROLES,
      isArray: true,
      optional: true,
      description: 'Roles of the admin tokens of this user',
    },
    IsIn(ADMIN_ROLES, { ...ROLES_ALLOWED, each: true }),
    DistinctItems(ROLES_ALLOWED.message),
    IsArray(ROLES_ALLOWED),
  )
  roles: AdminRole[] = [];

  @Field({ type: Boolean, optional: true, default: true }, IsBoolean({ message: 'true or false' }))
  enabled: boolean = true;
}

export class NewUserBody extends UserBody {
  @NameField('account', { example: 'alice@example.com' })
  override name!: string;
}

export class UserView extends IntersectionType(NewUserBody, RevisionMetadata) {}

export class UserPage extends PageOf(UserView) {}
