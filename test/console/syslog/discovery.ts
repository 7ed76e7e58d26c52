import { typeIds } from '../catalogue.js';
import { type ConsoleState, identifierOf } from '../console-state.js';
import type { AutodetectionRecord } from '../records.js';
import type { LeefContent } from './leef-reader.js';

interface Trial {
  events: number;
  successes: number;
  failuresInARow: number;
}

/** Finds log sources by what their events look like (traffic analysis). */
export class Discovery {
  private readonly state: ConsoleState;
  private readonly trials = new Map<string, Map<number, Trial>>();

  constructor(state: ConsoleState) {
    this.state = state;
  }

  /** Takes an event that has no log source; the next events of its identifier may have one. */
  observe(identifier: string, content: LeefContent | undefined): void {
    const trials = this.trials.get(identifier) ?? new Map<number, Trial>();
    this.trials.set(identifier, trials);
    const records = this.state.autodetection
      .filter(({ enabled }) => enabled)
      .toSorted((left, right) => left.precedence - right.precedence);
    for (const record of records) {
      const trial = trials.get(record.id) ?? { events: 0, successes: 0, failuresInARow: 0 };
      trials.set(record.id, trial);
      if (isAbandoned(trial, record)) continue;
      trial.events++;
      if (!fits(record.log_source_type_id, content)) {
        trial.failuresInARow++;
        continue;
      }
      trial.failuresInARow = 0;
      trial.successes++;
      const rate = (100 * trial.successes) / trial.events;
      const isEnough =
        trial.successes >= record.minimum_successful_events && rate >= record.minimum_success_rate;
      if (isEnough && this.create(record, identifier)) return;
    }
  }

  private create(record: AutodetectionRecord, identifier: string): boolean {
    const type = this.state.types.find(({ id }) => id === record.log_source_type_id);
    if (type === undefined) return false;
    const filled = (template: string): string =>
      template
        .replaceAll('$$DEVICE_TYPE$$', () => type.name)
        .replaceAll('$$SOURCE_ADDRESS$$', () => identifier);
    const name = filled(record.log_source_name_template);
    const isThere = this.state.logSources.some(
      (one) => one.name === name || (one.type_id === type.id && identifierOf(one) === identifier),
    );
    if (isThere) return false;
    const source = this.state.makeLogSource({
      name,
      identifier,
      type_id: type.id,
      description: filled(record.log_source_description_template),
      auto_discovered: true,
    });
    this.state.addActive(source);
    this.trials.delete(identifier);
    return true;
  }
}

function isAbandoned(trial: Trial, record: AutodetectionRecord): boolean {
  return (
    trial.events >= record.maximum_events_for_abandon ||
    trial.failuresInARow >= record.consecutive_failures_for_abandon
  );
}

function fits(typeId: number, content: LeefContent | undefined): boolean {
  if (content === undefined) return false;
  if (typeId === typeIds.leef) return true;
  return typeId === typeIds.vendor && isVendorEvent(content);
}

/** Whether the vendor's DSM takes an event for its own. */
function isVendorEvent({ vendor, product }: LeefContent): boolean {
  return vendor === 'Kaspersky Lab' && product === 'Threat Feed Service';
}
