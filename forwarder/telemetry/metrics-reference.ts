import { metricDescriptions } from './metric-help.js';

/** The page docs/reference/metrics.md. */
export function metricsReference(): string {
  const rows = Object.entries(metricDescriptions)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, description]) => `| \`${name}\` | ${description} |`);
  return `# Metrics

Served at \`/metrics\` of \`http.listen\` (default 127.0.0.1:9990) in Prometheus text format. Names that end in
\`_total\` only grow; the others are read when asked for. Where each event is counted: [lifecycle](../lifecycle.md).

At rest these sums are exact:
\`tf_events_received_total = sum(tf_events_total) + sum(tf_events_rejected_total)\` and
\`tf_delivery_messages_total = sum(tf_delivery_sent_total) + sum(tf_delivery_dropped_total) + tf_delivery_waiting\`.

| metric | counts |
|---|---|
${rows.join('\n')}

<!-- Made from forwarder/telemetry/metric-help.ts by npm run docs:reference; do not edit. -->
`;
}
