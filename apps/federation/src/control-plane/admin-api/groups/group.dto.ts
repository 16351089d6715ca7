import { ApiProperty, IntersectionType } from '@nestjs/swagger';
import { NameField, NameListField } from '../http/fields.js';
import { PageView } from '../http/page.js';
import { STAMPS, Stamps } from '../http/stamps.view.js';

/** A group as it is put; POST needs the name. */
export class GroupBody {
  static readonly readOnly: readonly string[] = STAMPS;

  @NameField('resource', { optional: true, example: 'finance' })
  name?: string;

  @NameListField('user', { optional: true, description: 'Existing users' })
  members: string[] = [];
}

export class GroupView extends IntersectionType(GroupBody, Stamps) {}

export class GroupPage extends PageView {
  @ApiProperty({ type: [GroupView] })
  items!: GroupView[];
}
