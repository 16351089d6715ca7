import { CrudController } from '../crud/crud.controller.js';
import { Resource } from '../crud/resource.decorator.js';
import { POLICIES } from './policy.resource.js';
import { PoliciesService } from './policies.service.js';

@Resource(POLICIES.path)
export class PoliciesController extends CrudController(POLICIES, PoliciesService) {}
