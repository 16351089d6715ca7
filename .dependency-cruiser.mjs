/** Import rules of docs/architecture.md. A lib is only reachable through its index.ts: the `#libs/*` pattern in
 * package.json sees to that for bare imports, `no-reaching-into-libs` for relative ones. */
const lib = (name) => `^libs/${name}/`;
const only = (from, allowed) => ({
  name: `${from}-imports-only-${allowed.join('-') || 'nothing'}`,
  severity: 'error',
  from: { path: lib(from) },
  to: { path: '^(libs|apps)/', pathNot: [from, ...allowed].map(lib) },
});
const control = '^apps/federation/src/control-plane/';
const gateway = '^apps/federation/src/gateway/';

export default {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'contract-imports-nothing',
      severity: 'error',
      from: { path: lib('contract'), pathNot: '\\.spec\\.ts$' },
      to: { pathNot: [lib('contract'), '^(node:)?crypto$', '^node_modules/(@sinclair/typebox|leven)/'] },
    },
    only('crypto', ['contract']),
    only('snapshot', ['contract']),
    only('registry', ['contract']),
    only('storage', []),
    only('audit', ['contract', 'storage']),
    only('envelope', []),
    only('request', ['contract', 'envelope', 'snapshot']),
    only('auth', ['contract', 'crypto', 'request', 'snapshot', 'envelope']),
    only('routing', ['contract', 'crypto', 'request', 'snapshot', 'envelope', 'auth']),
    { name: 'no-lib-imports-an-app', severity: 'error', from: { path: '^libs/' }, to: { path: '^apps/' } },
    {
      name: 'control-plane-stays-off-the-request-path',
      severity: 'error',
      from: { path: control },
      to: { path: [gateway, lib('routing')] },
    },
    {
      name: 'gateway-knows-no-control-plane',
      severity: 'error',
      from: { path: gateway },
      to: { path: [control, lib('registry')] },
    },
    {
      name: 'state-knows-no-sync',
      severity: 'error',
      from: { path: `${gateway}state/` },
      to: { path: `${gateway}(?!state/)` },
    },
    {
      name: 'gateway-never-reaches-the-database',
      severity: 'error',
      from: { path: gateway },
      to: { path: '^node_modules/(typeorm|pg|@nestjs/typeorm)/', reachable: true },
    },
    {
      name: 'only-composition-sees-both-planes',
      severity: 'error',
      from: {
        path: '^apps/federation/src/',
        pathNot: [control, gateway, '^apps/federation/src/composition\\.ts$'],
      },
      to: { path: [control, gateway] },
    },
    {
      name: 'no-reaching-into-libs',
      severity: 'error',
      from: { path: '^(apps|libs)/([^/]+)/' },
      to: { path: '^libs/([^/]+)/src/(?!index\\.ts$)', pathNot: '^libs/$2/' },
    },
  ],
  options: {
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { conditionNames: ['causeway-source', 'import', 'node', 'default'] },
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|apps/console)/' },
  },
};
