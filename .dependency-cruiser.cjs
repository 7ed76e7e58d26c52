// The dependency direction of docs/architecture.md, held by CI:
//   core <- normalise, net <- stages <- service <- config lists <- commands
// Stages are siblings: they meet only in service/.
const stages = [
  'intake',
  'scanning',
  'extraction',
  'feeds',
  'matching',
  'detection',
  'rendering',
  'delivery',
  'enrichment',
  'lookup',
  'telemetry',
];
const pure = ['core', 'normalise', 'scanning', 'extraction', 'matching', 'detection', 'rendering'];

module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'core-imports-nothing',
      severity: 'error',
      from: { path: '^forwarder/core/' },
      to: { pathNot: '^forwarder/core/' },
    },
    {
      name: 'normalise-imports-core-only',
      severity: 'error',
      from: { path: '^forwarder/normalise/' },
      to: { path: '^(forwarder|dsm|verification)/', pathNot: '^forwarder/(core|normalise)/' },
    },
    {
      name: 'net-imports-core-only',
      comment: 'How servers are asked; what they are asked for is up to the stages.',
      severity: 'error',
      from: { path: '^forwarder/net/' },
      to: { path: '^(forwarder|dsm|verification)/', pathNot: '^forwarder/(core|net)/' },
    },
    ...stages.map((stage) => ({
      name: `${stage}-meets-no-sibling`,
      comment: 'Stages meet only in service/.',
      severity: 'error',
      from: { path: `^forwarder/${stage}/` },
      to: {
        path: '^(forwarder|verification)/',
        pathNot: `^forwarder/(core|normalise|net|${stage})/`,
      },
    })),
    {
      name: 'service-below-commands',
      severity: 'error',
      from: { path: '^forwarder/(service|config)/' },
      to: { path: '^(forwarder/(commands|cli)|verification/)' },
    },
    {
      name: 'dsm-stands-alone',
      severity: 'error',
      from: { path: '^dsm/' },
      to: { path: '^(forwarder|verification)/' },
    },
    {
      name: 'verification-acts-over-sockets',
      severity: 'error',
      from: { path: '^verification/' },
      to: { path: '^forwarder/' },
    },
    {
      name: 'pure-stages-touch-no-machine',
      comment: 'No socket, no clock, no disk: what they need is an argument.',
      severity: 'error',
      from: { path: `^(forwarder/(${pure.join('|')})|dsm(?!/console))/` },
      to: {
        path: '^(node:)?(fs|fs/promises|net|tls|dgram|http|https|child_process|worker_threads|timers|timers/promises)$',
      },
    },
    {
      name: 'only-config-reads-configuration',
      severity: 'error',
      from: { path: '^(forwarder|dsm|verification)/', pathNot: '^forwarder/config/' },
      to: { path: '^node_modules/yaml/' },
    },
  ],
  options: {
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^forwarder/scanning/kernel/' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'types'],
    },
  },
};
