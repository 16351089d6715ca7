import { Entity } from 'typeorm';
import { NamedResource } from './named-resource.entity.js';

@Entity('user_group')
export class UserGroup extends NamedResource {}
