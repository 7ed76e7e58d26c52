import type { ServiceStatus } from '../../../service/health/status.js';
import { formatTable, printable, sizeText } from '../table.js';
import { collectorTable } from './collector-table.js';
import type { Colours } from './colours.js';
import { agoText, countsText, durationText, numberText } from './values-text.js';

/** So many rows are shown; what is longer is in --json. */
const mostFeeds = 10;
const mostEvents = 6;
const longestText = 400;

/** A page as one screen of text, without a line end after the last line. */
export function statusText(given: ServiceStatus, colours: Colours): string {
  const page = cleaned(given) as ServiceStatus;
  return [
    heading(page, colours),
    problems(page, colours),
    intake(page, colours),
    index(page, colours),
    delivery(page, colours),
    events(page, colours),
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

/** A value with every text in it as it may be printed: names and faults come from other machines. */
function cleaned(value: unknown): unknown {
  if (typeof value === 'string') return printable(value, longestText);
  if (Array.isArray(value)) return value.map(cleaned);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, entry]) => [printable(name), cleaned(entry)]),
  );
}

function heading({ service, state }: ServiceStatus, colours: Colours): string {
  const shown = { ok: colours.green, degraded: colours.yellow, 'not ready': colours.red }[state];
  return [
    `${colours.bold(`threat-forwarder ${service.version}`)}: ${colours.bold(shown(state))}`,
    `up ${durationText(service.uptimeSeconds)}, profile ${service.profile}, process ${service.pid}, configuration ${service.configuration}`,
  ].join('\n');
}

function problems({ problems: found, state }: ServiceStatus, colours: Colours): string {
  const colour = state === 'not ready' ? colours.red : colours.yellow;
  return found.map(({ what, toDo }) => `${colour('!')} ${what}\n  what to do: ${toDo}`).join('\n');
}

function intake({ intake: page }: ServiceStatus, colours: Colours): string {
  const { lastSecond, lastMinute, lastQuarterHour } = page.eventsPerSecond;
  const listeners = page.listeners.map(
    ({ name, address, connections }) =>
      `${name} ${address}, ${numberText(connections)} connections`,
  );
  const rows = [
    ['listening', listeners.length === 0 ? 'nowhere' : listeners.join('; ')],
    [
      'rate',
      `${numberText(lastSecond)} events/s (1 s), ${numberText(lastMinute)} (1 min), ${numberText(lastQuarterHour)} (15 min)`,
    ],
    ['received', `${numberText(page.received)} events, ${sizeText(page.bytes)}`],
    ['outcomes', countsText(page.outcomes)],
    ['rejected', countsText(page.rejected)],
  ];
  return formatTable(['INTAKE', ''], rows, colours.bold);
}

function index({ index: page }: ServiceStatus, colours: Colours): string {
  if (page === null) return `${colours.bold('INDEX')}  feeds are loading`;
  const pinned = page.isPinned ? ', pinned: feeds are not looked at' : '';
  const title = `${colours.bold('INDEX')}  ${printable(page.version, 16)}, ${numberText(page.indicators)} indicators${pinned}`;
  const needLook = page.feeds.filter(({ failure, isOutdated }) => failure !== null || isOutdated);
  const others = page.feeds.filter((feed) => !needLook.includes(feed));
  const ordered = [...needLook, ...others];
  const rows = ordered
    .slice(0, mostFeeds)
    .map(({ name, role, records, faultyRecords, ageSeconds, state, isOutdated }) => [
      printable(name, 60),
      role,
      numberText(records),
      numberText(faultyRecords),
      ageSeconds === null ? '-' : durationText(ageSeconds),
      isOutdated ? `${state}, outdated` : state,
    ]);
  const more = ordered.length - rows.length;
  const table = formatTable(
    ['feed', 'role', 'records', 'faulty', 'age', 'state'],
    rows,
    colours.bold,
  );
  return `${title}\n${table}${more > 0 ? `\n… and ${more} more (--json shows all)` : ''}`;
}

function delivery(page: ServiceStatus, colours: Colours): string {
  const { delivery: out, detections } = page;
  const { spool } = out;
  const share = `${sizeText(out.waitingBytes)} of ${sizeText(out.maxWaitingBytes)} in memory`;
  const rows = [
    [
      'messages',
      `${numberText(out.messages)} taken, ${numberText(out.restored)} from the spool of the run before, ${numberText(out.acknowledged)} done with`,
    ],
    ['waiting', `${numberText(out.waiting)} messages, ${share}`],
    ['unconfirmed', `${numberText(out.unconfirmed)} messages, kept to be sent again`],
    [
      'spool',
      spool === null
        ? 'none: what waits does not survive a restart'
        : `${sizeText(spool.bytes)} of ${sizeText(spool.maxBytes)} in ${spool.segments} ${spool.segments === 1 ? 'file' : 'files'}${spool.isHealthy ? '' : colours.red(', cannot be written')}`,
    ],
    ['dropped', countsText(out.dropped)],
    [
      'suppressed',
      `${countsText(detections.suppressed)} of ${numberText(detections.found)} detections; ${numberText(detections.waitingForSummary)} wait for a summary`,
    ],
    ['disks', disksText(page.disks)],
  ];
  const collectors =
    out.collectors.length === 0
      ? 'no collectors: messages go to standard output'
      : collectorTable(out.collectors, page.at, colours);
  return `${formatTable(['DELIVERY', ''], rows, colours.bold)}\n\n${collectors}`;
}

function events({ statusEvents, at }: ServiceStatus, colours: Colours): string {
  if (statusEvents.length === 0) return '';
  const rows = statusEvents.slice(0, mostEvents).map(({ at: when, event, context }) => [
    agoText(when, at),
    event,
    printable(
      Object.entries(context)
        .map(([name, value]) => `${name}=${value}`)
        .join(' '),
      100,
    ),
  ]);
  return formatTable(['LAST STATUS EVENTS', '', ''], rows, colours.bold);
}

function disksText(disks: ServiceStatus['disks']): string {
  const free = disks.map(({ folder, freeBytes }) => `${folder} ${sizeText(freeBytes)}`);
  return free.length === 0 ? 'not looked at yet' : `free for ${free.join(', ')}`;
}
