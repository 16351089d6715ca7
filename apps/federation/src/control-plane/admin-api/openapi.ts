import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';

const ADMIN_API = '/api/v1/';
const PAGE = '/api/docs';
const JSON_DOCUMENT = '/api/openapi.json';

/** The OpenAPI document of the admin API. */
export function openApiDocument(app: INestApplication): OpenAPIObject {
  const config = new DocumentBuilder()
    .setTitle('Causeway')
    .setDescription('Admin API of the Causeway control plane')
    .setVersion('1')
    .addBearerAuth({
      type: 'http',
      scheme: 'bearer',
      bearerFormat: 'cwa_…',
      description: 'An admin token. The personal access tokens of agents (cwy_…) are not valid here',
    })
    .build();
  const document = SwaggerModule.createDocument(app, config);
  const paths = Object.entries(document.paths).filter(([path]) => path.startsWith(ADMIN_API));
  return { ...document, paths: Object.fromEntries(paths) };
}

/** Serves the document, and a page to read it, from this process alone. */
export function serveOpenApi(app: INestApplication): void {
  SwaggerModule.setup(PAGE, app, openApiDocument(app), { jsonDocumentUrl: JSON_DOCUMENT });
}

/** Whether a route belongs to this documentation, which anybody may read. */
export const isPublicDocument = (route: string): boolean =>
  route === JSON_DOCUMENT || route === PAGE || route.startsWith(`${PAGE}/`) || route.startsWith(`${PAGE}-`);
