import { CrudController } from '../crud/crud.controller.js';
import { Resource } from '../crud/resource.decorator.js';
import { USERS } from './user.resource.js';
import { UsersService } from './users.service.js';

@Resource(USERS.path)
export class UsersController extends CrudController(USERS, UsersService) {}
