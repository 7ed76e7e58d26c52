import { metricDescriptions } from './metric-help.js';
import { processMetrics } from './prometheus.js';

/** The page docs/reference/metrics.md. */
export function metricsReference(): string {
  const own = Object.entries(metricDescriptions).map(([name, help]) => ({ name, help }));
  return `# Metrics

Served at \`/metrics\` of \`http.listen\` (default 127.0.0.1:9990) in Prometheus text format. Names that end in
\`_total\` only grow; the others are read when asked for. Where each event is counted: [lifecycle](../lifecycle.md).
What to watch and when to act: [watch it](../guides/watch-it.md).

At rest these sums are exact:
\`tf_events_received_total = sum(tf_events_total) + sum(tf_events_rejected_total)\` and
\`tf_delivery_messages_total + tf_delivery_restored_total = sum(tf_delivery_acknowledged_total) +
sum(tf_delivery_dropped_total) + tf_delivery_waiting + tf_delivery_unconfirmed\`.

| metric | counts |
|---|---|
${rows(own)}

## The process
By [prom-client](https://github.com/siimon/prom-client). The figures of the event loop hold for the time since they were
last asked for: let one Prometheus ask.

| metric | counts |
|---|---|
${rows(processMetrics())}

<!-- Made from forwarder/telemetry/metric-help.ts by npm run docs:reference; do not edit. -->
`;
}

function rows(metrics: readonly { readonly name: string; readonly help: string }[]): string {
  return [...metrics]
    .sort((one, other) => (one.name < other.name ? -1 : 1))
    .map(({ name, help }) => `| \`${name}\` | ${help} |`)
    .join('\n');
}
