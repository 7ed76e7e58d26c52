import { counted, formatTable, printable, statusMark } from '../../table.js';
import type { WarmOutcome, WarmResult } from './warm-up.js';

/** The outcome for a person: a table, then what to do. Ends with LF. */
export function warmUpText(outcomes: readonly WarmOutcome[], collector: string): string {
  const rows = outcomes.map(({ identifier, sent, result, source }) => [
    markOf(result),
    identifier,
    counted(sent, 'sample'),
    words[result],
    source === undefined ? '-' : printable(source.name),
    source === undefined ? '-' : printable(source.typeName),
    source === undefined ? '-' : source.coalesce_events ? 'on' : 'off',
  ]);
  const headings = ['', 'identifier', 'sent', 'JSA', 'log source', 'type', 'coalescing'];
  const lines = [`samples sent to ${collector}`, '', formatTable(headings, rows), ''];
  return (
    [...lines, ...outcomes.flatMap(hintsOf).map((hint) => `- ${hint}`), ''].join('\n').trimEnd() +
    '\n'
  );
}

/** What to do about an outcome; nothing when all is well. */
export function hintsOf({ identifier, sent, result, source }: WarmOutcome): readonly string[] {
  const hints: string[] = [];
  switch (result) {
    case 'missing':
      hints.push(
        `${identifier}: JSA has made no log source of ${counted(sent, 'sample')}. It needs about 25, and the type's auto-detection on; or make it yourself: threat-forwarder dsm apply`,
      );
      break;
    case 'silent':
      hints.push(
        `${identifier}: the log source is there, and no event arrived. Check the event collector, the port and the firewall, and deploy (Admin, Deploy Changes)`,
      );
      break;
    case 'discovered':
    case 'receiving':
    case 'sent':
      break;
    default:
      result satisfies never;
  }
  if (source?.coalesce_events === true) {
    hints.push(
      `${identifier}: coalescing is on, JSA keeps only the first of events that look alike; threat-forwarder dsm apply turns it off`,
    );
  }
  if (source !== undefined && source.identifier !== identifier) {
    hints.push(
      `${identifier}: the log source says ${printable(source.identifier)}; use one spelling everywhere`,
    );
  }
  return hints;
}

const words: Readonly<Record<WarmResult, string>> = {
  discovered: 'discovered',
  receiving: 'receives',
  silent: 'receives nothing',
  missing: 'no log source',
  sent: 'not asked',
};

function markOf(result: WarmResult): string {
  if (result === 'sent') return statusMark('warning');
  return statusMark(result === 'silent' || result === 'missing' ? 'failed' : 'ok');
}

/** The shape `--json` prints. */
export function warmUpJson(outcomes: readonly WarmOutcome[], collector: string) {
  return {
    collector,
    logSources: outcomes.map((outcome) => {
      const { kind, identifier, sent, result, source } = outcome;
      return {
        kind,
        identifier,
        sent,
        result,
        logSource:
          source === undefined
            ? null
            : {
                name: source.name,
                type: source.typeName,
                identifier: source.identifier,
                autoDiscovered: source.auto_discovered ?? null,
                coalescing: source.coalesce_events,
                lastEventAt: timeText(source.last_event_time),
              },
        hints: hintsOf(outcome),
      };
    }),
  };
}

function timeText(ms: number | null | undefined): string | null {
  return ms === undefined || ms === null || ms <= 0 ? null : new Date(ms).toISOString();
}
