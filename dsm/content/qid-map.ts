import type { EventDescription } from '../events/event-description.js';
import type { BundleFile, BundleSettings } from './settings.js';

/** Longest name and description that the import takes, in characters (IBM, "Creating a QID map entry"). */
export const maxQidName = 255;
export const maxQidDescription = 2048;

/**
 * Lines for `/opt/qradar/bin/qidmap_cli.sh -i -f`: `,name,description,severity,lowlevelcategoryid`. The
 * empty first column asks for a new QID. The form knows no quotes, no heading and no remark.
 */
export function qidMapFile({ events }: BundleSettings): BundleFile {
  return { path: 'qid-map.txt', content: events.map((event) => `${qidLine(event)}\n`).join('') };
}

function qidLine({ id, description, severity, category }: EventDescription): string {
  const name = field(id, maxQidName);
  return `,${name},${field(description, maxQidDescription)},${severity},${category.id}`;
}

/** A comma or a line end would make another column or line. */
function field(text: string, longest: number): string {
  return text
    .replace(/[,\u0000-\u001f\u007f]+/g, ' ')
    .trim()
    .slice(0, longest);
}
