import type { EventDescription } from './event-description.js';

/**
 * What JSA may see as the category of an event, that is, the second half of the key by which it looks
 * up a name (the first half is the EventID): `cat` when our lines have it (`leef.cat: true`), else
 * nothing. Whoever teaches a console maps both, so that switching `leef.cat` unlearns nothing.
 *
 * No vendor page says what Universal LEEF makes of a line without `cat`. An empty text is what a
 * reader of LEEF finds there; that the console takes it in a mapping is not documented either.
 */
export function mappingCategories(event: Pick<EventDescription, 'type'>): readonly string[] {
  return [event.type, withoutCat];
}

/** The category of an event whose line has no `cat`. */
export const withoutCat = '';
