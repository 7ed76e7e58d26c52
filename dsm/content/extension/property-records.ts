import { propertyPattern } from '../../properties/custom-properties.js';
import type { CustomProperty } from '../../properties/custom-property.js';
import { deviceTypeId } from './ids.js';
import { nameUuid } from './name-uuid.js';
import type { ContentRecord } from './record.js';

/** The account that made them: every console has it. */
const owner = 'admin';

/**
 * The custom properties and the expressions that fill them from our events. An expression applies to all
 * events of our log source type, whatever their names (`deviceid`, `qid` and `category` are -1: any).
 *
 * From a decoded export: all columns, and the values of those that do not come from the catalogue. The
 * reading of it: `propertytype` of numbers, addresses and times (only `string` was seen).
 */
export function propertyRecords(
  properties: readonly CustomProperty[],
  releasedAtMs: number,
): readonly ContentRecord[] {
  const made = { username: owner, creationdate: releasedAtMs, editdate: releasedAtMs };
  return [
    ...properties.map(({ name, type, description, forRules }, index) => ({
      table: 'ariel_regex_property',
      columns: {
        id: nameUuid('ariel_regex_property', name),
        propertyname: name,
        propertytype: type,
        description,
        forceparse: forRules,
        autodiscovered: false,
        database: 'events',
        sequenceid: index + 1,
        tenant_id: 0,
        ...made,
      },
    })),
    ...properties.map(({ name, key }) => ({
      table: 'ariel_property_expression',
      columns: {
        id: nameUuid('ariel_property_expression', name),
        ap_id: nameUuid('ariel_regex_property', name),
        regex: propertyPattern(key),
        capturegroup: 1,
        devicetypeid: deviceTypeId,
        deviceid: -1,
        qid: -1,
        category: -1,
        enabled: true,
        propertybase: 'com.q1labs.core.types.event.NormalizedEventProperties$Payload',
        rank: 1,
        ...made,
      },
    })),
  ];
}
