import { CrudController } from '../crud/crud.controller.js';
import { ON_DELETE } from '../crud/operation.decorator.js';
import { Resource } from '../crud/resource.decorator.js';
import { GATEWAYS } from './gateway.resource.js';
import { GatewaysService } from './gateways.service.js';

@Resource(GATEWAYS.path)
export class GatewaysController extends CrudController(GATEWAYS, GatewaysService, {
  delete: { problems: [...ON_DELETE, 'in-use'] },
}) {}
