import { created, Refusal, type Route } from '../api/answer.js';
import { anyText, checkBody, integer, oneOf, optional, text } from '../api/body.js';
import type { ConsoleState } from '../console-state.js';
import { readRoutes } from './common.js';

const path = '/reference_data_collections/sets';

/** Reference sets: made and listed, without their entries. */
export function referenceSetRoutes(state: ConsoleState): readonly Route[] {
  return [
    ...readRoutes(path, () => state.referenceSets, { isSortable: true }),
    {
      method: 'POST',
      path,
      handle: ({ body }) => {
        const fields = checkBody(
          body,
          {
            name: text(255, 10002),
            description: optional(anyText(1024)),
            namespace: optional(oneOf(['SHARED', 'TENANT', 'PRIVATE'])),
            tenant_id: optional(integer(0, 1000)),
            entry_type: oneOf(['ALN', 'ALNIC', 'NUM', 'IP', 'PORT', 'DATE', 'CIDR'], 10001),
            expiry_type: optional(oneOf(['NO_EXPIRY', 'FIRST_SEEN', 'LAST_SEEN'])),
            expired_log_option: optional(oneOf(['LOG_NONE', 'LOG_EACH', 'LOG_BATCH'])),
            time_to_live: optional(integer(0, Number.MAX_SAFE_INTEGER, 10007)),
          },
          { code: 1021 },
        );
        if (state.referenceSets.some(({ name }) => name === fields.name)) {
          throw new Refusal(409, 10006, 'a reference set of this name is there already');
        }
        const record = {
          id: state.nextId(),
          name: fields.name,
          description: fields.description ?? '',
          namespace: fields.namespace ?? 'SHARED',
          tenant_id: fields.tenant_id ?? 0,
          entry_type: fields.entry_type,
          expiry_type: fields.expiry_type ?? 'NO_EXPIRY',
          expired_log_option: fields.expired_log_option ?? 'LOG_NONE',
          expiry_task_id: 0,
          creation_time: Date.now(),
          delete_task_id: null,
          time_to_live: fields.time_to_live ?? null,
          number_of_entries: 0,
        };
        state.referenceSets = [...state.referenceSets, record];
        return created(record);
      },
    },
  ];
}
