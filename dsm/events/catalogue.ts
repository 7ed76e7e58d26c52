import { describeOpenDetection, detections } from './detections.js';
import type { EventDescription } from './event-description.js';
import { describeOpenEvaluation, describeOpenStatus, evaluations, statuses } from './notices.js';

/**
 * Every event id that JSA must know, in one list: the detections of Kaspersky's feeds, the status
 * events, the evaluation events. Detections are open-ended, since any feed may be loaded:
 * describeEvent answers for those too.
 */
export const eventCatalogue: readonly EventDescription[] = [
  ...detections,
  ...statuses,
  ...evaluations,
];

const byId: ReadonlyMap<string, EventDescription> = new Map(
  eventCatalogue.map((event) => [event.id, event]),
);

/**
 * Type, severity and category of any event id: from the catalogue, else by its form (`KL_ALERT_*`,
 * `KL_EVALUATION_*`), else as a detection whose last words say what was found
 * (`KL_<Feed>_URL`, `_IP`, `_Hash_MD5`, `_Hash_SHA1`, `_Hash_SHA256`).
 */
export function describeEvent(id: string): EventDescription {
  const known = byId.get(id);
  if (known !== undefined) return known;
  if (id.startsWith('KL_ALERT_')) return describeOpenStatus(id);
  if (id.startsWith('KL_EVALUATION_')) return describeOpenEvaluation(id);
  return describeOpenDetection(id);
}
