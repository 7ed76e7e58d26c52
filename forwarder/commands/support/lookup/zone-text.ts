import picocolors from 'picocolors';

import { zones } from '../../../lookup/lookup-object.js';
import type { Zone } from '../../../lookup/lookup-object.js';

/** What a zone says (the portal's help, "Zones"). */
export const zoneMeaning = {
  Red: 'dangerous',
  Orange: 'not trusted',
  Yellow: 'adware and other',
  Green: 'good',
  Grey: 'no data',
} as const satisfies Record<Zone, string>;

/** The name of a zone, in its colour where colours are shown. */
export function zoneText(zone: Zone): string {
  switch (zone) {
    case 'Red':
      return picocolors.red(zone);
    case 'Orange':
      // Terminals know 256 colours; orange is none of the sixteen.
      return picocolors.isColorSupported ? `\u001b[38;5;208m${zone}\u001b[39m` : zone;
    case 'Yellow':
      return picocolors.yellow(zone);
    case 'Green':
      return picocolors.green(zone);
    case 'Grey':
      return picocolors.gray(zone);
    default:
      return zone satisfies never;
  }
}

/** The zone a text of a reply names. */
export function zoneNamed(text: unknown): Zone | undefined {
  return zones.find((zone) => zone === text);
}
