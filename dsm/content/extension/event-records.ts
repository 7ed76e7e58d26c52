import type { EventDescription } from '../../events/event-description.js';
import { mappingCategories } from '../../events/mapping-categories.js';
import { deviceTypeId, firstQid } from './ids.js';
import { nameUuid } from './name-uuid.js';
import type { ContentRecord } from './record.js';

/**
 * The event names (QIDs) and which EventID with which category has which of them.
 *
 * From a decoded export: all columns, and the values of those that do not come from the catalogue. The
 * reading of it: an empty `catpipename`; that `id` may be counted from 1; an empty `deviceeventcategory`
 * for events without one.
 */
export function eventRecords(events: readonly EventDescription[]): readonly ContentRecord[] {
  const names = events.map((event, index) => nameRecord(event, index + 1));
  const mappings = events.flatMap((event, index) =>
    mappingCategories(event).map((category) => ({ event, category, nameId: index + 1 })),
  );
  return [
    ...names,
    ...mappings.map(({ event, category, nameId }, index) => ({
      table: 'dsmevent',
      columns: {
        id: index + 1,
        uuid: nameUuid('dsmevent', `${event.id}/${category}`),
        devicetypeid: deviceTypeId,
        deviceeventid: event.id,
        deviceeventcategory: category,
        qidmapid: nameId,
        customevent: true,
        unravelevent: 0,
        credibility: 0,
      },
    })),
  ];
}

function nameRecord(
  { id, description, severity, category }: EventDescription,
  recordId: number,
): ContentRecord {
  return {
    table: 'qidmap',
    columns: {
      id: recordId,
      uuid: nameUuid('qidmap', id),
      qid: firstQid + recordId - 1,
      qname: id,
      qdescription: description,
      severity,
      lowlevelcategory: category.id,
      catpipename: '',
      reverseip: false,
      ratethreshold: 0,
      rateinterval: 0,
      rateshortwindow: 0,
      ratelongwindow: 0,
    },
  };
}
