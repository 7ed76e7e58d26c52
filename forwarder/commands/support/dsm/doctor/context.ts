import { searchEvents } from '../../../../../dsm/console/index.js';
import type { ConsoleClient } from '../../../../../dsm/console/index.js';
import { paths } from '../../../../../dsm/console/setup/resources.js';
import type { EventMapping } from '../../../../../dsm/console/setup/resources.js';
import { identifiers } from '../../../../../dsm/identity.js';
import { openSyslogSender, type SyslogTarget } from '../../../../../verification/console/index.js';
import type { LoadedConfig } from '../../../../config/index.js';
import { siteEvents } from '../site-events.js';
import type { DoctorContext } from './check.js';
import { consoleSources, ofIdentifier } from './console-sources.js';
import { notificationsQuery, tallyOf, tallyQuery, type EventTally } from './tally.js';

const connectLimitMs = 5000;

export interface ContextOptions {
  readonly client: ConsoleClient;
  readonly loaded: LoadedConfig;
  readonly collector: SyslogTarget | undefined;
  /** For each search. */
  readonly timeLimitMs: number;
  readonly signal?: AbortSignal | undefined;
}

/** What the checks of one run look at: each question goes to the console once. */
export function doctorContext(options: ContextOptions): DoctorContext {
  const { client, loaded, collector, timeLimitMs, signal } = options;
  const { identifier } = loaded.config;
  const names = [identifier, identifiers.verification];
  const search = async (aql: string): Promise<readonly EventTally[]> => {
    const limits = { timeLimitMs, signal };
    const rows = await searchEvents<Readonly<Record<string, unknown>>>(client, aql, limits);
    return rows.map(tallyOf);
  };
  const sources = once(() => consoleSources(client, names));
  return {
    config: loaded.config,
    facts: client.facts,
    identifier,
    verificationIdentifier: identifiers.verification,
    collector,
    nowMs: Date.now(),
    sources,
    mappings: async (typeId) => {
      const filter = `log_source_type_id=${typeId}`;
      const mappings = await client.list<EventMapping>(paths.mappings, { filter });
      return mappings.map(({ log_source_event_id, log_source_event_category }) => ({
        eventId: log_source_event_id,
        category: log_source_event_category ?? '',
      }));
    },
    siteEvents: once(() => siteEvents(loaded)),
    tally: once(async () => {
      const ours = ofIdentifier(await sources(), identifier);
      return ours.length === 0 ? [] : search(tallyQuery(ours.map(({ name }) => name)));
    }),
    notifications: once(() => search(notificationsQuery())),
    reach: async (target) => {
      (await openSyslogSender(target, connectLimitMs, signal)).close();
    },
  };
}

/** Asks once; all who want to know get the same answer, or the same error. */
function once<T>(ask: () => Promise<T>): () => Promise<T> {
  let answer: Promise<T> | undefined;
  return () => (answer ??= ask());
}
