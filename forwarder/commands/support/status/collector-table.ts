import type { CollectorStatus } from '../../../service/health/status.js';
import { formatTable, sizeText } from '../table.js';
import type { Colours } from './colours.js';
import { durationText, numberText } from './values-text.js';

const headings = [
  'collector',
  'assurance',
  'connection',
  'sent',
  'resent',
  'acknowledged',
  'lag',
  'unconfirmed',
];

/** One row a collector, in the configured order. */
export function collectorTable(
  collectors: readonly CollectorStatus[],
  now: string,
  colours: Colours,
): string {
  const rows = collectors.map((collector) => [
    collector.group === null ? collector.url : `${collector.url} (${collector.group})`,
    collector.assurance,
    connection(collector, now, colours),
    `${numberText(collector.sent)} messages`,
    numberText(collector.resent),
    bytesText(collector.acknowledgedBytes),
    bytesText(collector.lagBytes),
    collector.assurance === 'assured' ? numberText(collector.unconfirmed) : '-',
  ]);
  return formatTable(headings, rows, colours.bold);
}

function connection(
  { isConnected, connectedSince, failedAttempts }: CollectorStatus,
  now: string,
  { red, green }: Colours,
): string {
  if (isConnected) {
    if (connectedSince === null) return green('open');
    return green(`open ${durationText((Date.parse(now) - Date.parse(connectedSince)) / 1000)}`);
  }
  return failedAttempts > 0 ? red(`away, ${failedAttempts} attempts`) : 'not in use';
}

function bytesText(bytes: number | null): string {
  return bytes === null ? '-' : sizeText(bytes);
}
