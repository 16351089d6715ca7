import { ApiProperty, IntersectionType } from '@nestjs/swagger';
import { NameField, NameListField } from '../http/fields.js';
import { PageView } from '../http/page.js';
import { STAMPS, Stamps } from '../http/stamps.view.js';

/** A group as it is put. */
export class GroupBody {
  static readonly readOnly: readonly string[] = STAMPS;

  @NameField('resource', { optional: true, example: 'finance' })
  name?: string;

  @NameListField('user', { optional: true, description: 'Existing users' })
  members: string[] = [];
}

/** A group as it is posted. */
export class NewGroupBody extends GroupBody {
  @NameField('resource', { example: 'finance' })
  override name!: string;
}

export class GroupView extends IntersectionType(NewGroupBody, Stamps) {}

export class GroupPage extends PageView {
  @ApiProperty({ type: [GroupView] })
  items!: GroupView[];
}
