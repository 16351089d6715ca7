import { IntersectionType } from '@nestjs/swagger';
import { NameField, NameListField } from '../crud/fields.js';
import { PageOf } from '../crud/page.js';
import { REVISION_METADATA, RevisionMetadata } from '../crud/revision-metadata.view.js';

/** A group as it is put. */
export class GroupBody {
  static readonly readOnly: readonly string[] = REVISION_METADATA;

  @NameField('resource', { optional: true, example: 'finance' })
  name?: string;

  @NameListField('user', { optional: true, description: 'Existing users' })
  members: string[] = [];
}

export class NewGroupBody extends GroupBody {
  @NameField('resource', { example: 'finance' })
  override name!: string;
}

export class GroupView extends IntersectionType(NewGroupBody, RevisionMetadata) {}

export class GroupPage extends PageOf(GroupView) {}
