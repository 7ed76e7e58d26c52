import type { TypeTarget } from './choose-type.js';
import { changeSafely } from './create-once.js';
import type { PlannedStep } from './planned-step.js';
import { paths } from './resources.js';
import { listIfAny, type Workspace } from './survey.js';

/** Events that parse before JSA makes a log source of a sender by itself (IBM's LEEF guide). */
const usualMinimum = 25;

interface ConfigRecord {
  readonly id: number;
  readonly log_source_type_id: number;
  readonly enabled: boolean;
  readonly minimum_successful_events: number;
}

/**
 * Whether JSA would make a log source of the type by itself, should ours be deleted. A console, or a
 * type, without such a record is left as it is.
 */
export async function inspectAutoDetection(
  { client, notes }: Workspace,
  { id, name }: TypeTarget,
): Promise<readonly PlannedStep[]> {
  // A type that is still to be made has none; the log source is made by us anyway.
  if (id === undefined) return [];
  const records = await listIfAny<ConfigRecord>(client, paths.autodetection, {
    filter: `log_source_type_id=${id}`,
  });
  const record = records?.find(({ log_source_type_id }) => log_source_type_id === id);
  if (record === undefined) {
    notes.add(
      `JSA keeps no settings of auto-detection for ${name} that could be looked at: the log sources ` +
        'work all the same, since they are made here.',
    );
    return [];
  }
  const isRare = record.minimum_successful_events > usualMinimum;
  const changes = [
    ...(record.enabled ? [] : ['off → on']),
    ...(isRare ? [`minimum of events ${record.minimum_successful_events} → ${usualMinimum}`] : []),
  ];
  const resource = 'auto-detection';
  if (changes.length === 0) return [{ resource, name, action: 'same' }];
  const body = {
    ...(record.enabled ? {} : { enabled: true }),
    ...(isRare ? { minimum_successful_events: usualMinimum } : {}),
  };
  return [
    {
      resource,
      name,
      action: 'change',
      detail: changes.join(', '),
      perform: async () => {
        await changeSafely(() => client.post(`${paths.autodetection}/${record.id}`, { body }));
        return undefined;
      },
    },
  ];
}
