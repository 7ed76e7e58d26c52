import { withoutCat } from '../../../../../../dsm/events/mapping-categories.js';
import { failed, ok, warning, type DoctorCheck } from '../check.js';
import { ofIdentifier } from '../console-sources.js';

const shownNames = 3;

/** An event without a mapping is Unknown: no rule, no search and no category knows it. */
export const eventMappings: DoctorCheck = {
  name: 'event-mappings',
  title: 'Event mappings',
  async look({ config, identifier, sources, mappings, siteEvents }) {
    const [source] = ofIdentifier(await sources(), identifier);
    if (source === undefined) return warning('no log source to look at', 'see the log source');
    const mapped = new Set(
      (await mappings(source.type_id)).map(({ eventId, category }) => keyOf(eventId, category)),
    );
    const events = (await siteEvents()).filter(({ origin }) => origin === 'emitted');
    const missing = events.filter(
      ({ id, type }) => !mapped.has(keyOf(id, config.leef.cat ? type : withoutCat)),
    );
    if (missing.length === 0) {
      return ok(`${source.typeName} has names for all ${events.length} events`);
    }
    const names = missing.slice(0, shownNames).map(({ id }) => id);
    const more = missing.length > shownNames ? ', …' : '';
    return failed(
      `${source.typeName} has no name for ${missing.length} of ${events.length} events: ${names.join(', ')}${more}`,
      'map them: threat-forwarder dsm apply',
    );
  },
};

function keyOf(eventId: string, category: string): string {
  return JSON.stringify([eventId, category]);
}
