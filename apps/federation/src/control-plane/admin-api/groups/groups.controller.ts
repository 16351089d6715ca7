import { CrudController } from '../crud/crud.controller.js';
import { Resource } from '../crud/resource.decorator.js';
import { GROUPS } from './group.resource.js';
import { GroupsService } from './groups.service.js';

@Resource(GROUPS.path)
export class GroupsController extends CrudController(GROUPS, GroupsService) {}
