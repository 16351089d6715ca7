const none = () => () => {
  throw new Error('no route declares a schema of Fastify');
};

/**
 * Options of Fastify for servers whose routes declare no schemas. Its compilers for them, half a megabyte of code, are then
 * not loaded.
 */
export const NO_SCHEMAS = {
  schemaController: { compilersFactory: { buildValidator: none, buildSerializer: none } },
};
