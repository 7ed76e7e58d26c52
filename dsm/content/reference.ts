import { eventTypes } from '../events/event-description.js';
import { catalogueVersion } from '../events/version.js';
import { buildBundle } from './bundle.js';
import { factsOf } from './file-facts.js';
import { code, markdownTable } from './markdown.js';
import { referenceSets } from './reference-sets.js';
import { savedSearches } from './searches.js';
import { defaultBundleSettings } from './settings.js';
import type { BundleSettings } from './settings.js';

/** docs/reference/dsm-files.md: what the bundle is made of. */
export function bundleReference(): string {
  const settings = defaultBundleSettings;
  return `# The files for the console of JSA

<!-- Written by \`npm run build:dsm\`; what is changed here by hand is lost. -->

What JSA has to know about the events of the service, as files for an administrator. \`dsm/generated/\` holds them
with the values of the guides and the catalogue of version ${catalogueVersion}; \`threat-forwarder dsm build\` writes them with
the values of your configuration:

\`\`\`sh
npx threat-forwarder dsm build --output dsm-files
npx threat-forwarder dsm build --output dsm-files --check   # exit code 1: they are not up to date
\`\`\`

| value | from |
| --- | --- |
| identifier of the detections | \`identifier\` |
| address JSA forwards to, TCP or TLS | \`intake.jsa.listen\`, \`intake.jsa.tls\` |
| JSA's event collector | the first of \`delivery.collectors\` |
| events | the catalogue, and the events of the feeds in \`feeds\`, absent ones too |

The same configuration gives the same bytes: no file holds the time or the name of the machine. **None of the files
was ever tried on a real console.** The order of their use stands in their own \`README.md\`.

## The files
${filesTable(settings)}

## Formats
- **qid-map.txt**: a line for each event, \`,name,description,severity,lowlevelcategoryid\`, as \`qidmap_cli.sh -i\` reads it.
  The empty first column asks for a new QID. No heading, no quotes, no comma inside a text.
- **event-mappings.json**: \`mappings[]\` with \`log_source_event_id\`, \`log_source_event_category\` (\`cat\`, or empty where
  lines have none) and the \`qid_record\` by name. \`emitted: false\`: only CyberTrace sends it.
- **log-source.json**: \`logSources[]\`, the detections first, each with \`dialogue\` (field names of the console) and
  \`body\` (field names of the REST API). \`lookedUp\` says where the numbers come from that differ on every console.
- **custom-properties.json**: \`properties[]\`; \`regex\` with \`captureGroup\` says the same as \`leefKey\`. \`forRules\`: JSA is
  to read it in advance, for rules, searches and reports.
- **sample-events.log**: lines as they come by syslog, with times of 21 November 2026 in UTC, without \`cat\`.
- **saved-searches.json**, **searches.aql**: AQL of the form SELECT … FROM events WHERE … GROUP BY … ORDER BY … LIMIT …
  LAST …, nothing else.
- **reference-sets.json**: \`sets[]\`, each with the body for the REST API and the rule that fills it.
- **manifest.json**: \`catalogueVersion\`, and \`path\`, \`bytes\`, \`sha256\` of every other file.

JSON schemas of all of them: \`test/dsm/content/schemas/\`.

## Events
${settings.events.length} events, those of the service (*emitted*) and those that only CyberTrace sends (*vendor*):

${eventsTable(settings)}

A feed with a name of its own gives \`KL_<name>_<object>\`; \`dsm build\` adds those of your feeds.

## Custom properties
${propertiesTable(settings)}

## Searches
${markdownTable(
  ['name', 'question'],
  savedSearches(settings).map(({ name, purpose }) => [name, purpose]),
)}

## Reference sets
${markdownTable(
  ['set', 'type', 'filled with'],
  referenceSets.map(({ name, entryType, field }) => [name, entryType, field]),
)}
`;
}

function filesTable(settings: BundleSettings): string {
  return markdownTable(
    ['file', 'what', 'where it goes'],
    buildBundle(settings).map(({ path }) => {
      const { what, use } = factsOf(path);
      return [code(path), what, use];
    }),
  );
}

function eventsTable({ events }: BundleSettings): string {
  const ordered = eventTypes.flatMap((type) => events.filter((event) => event.type === type));
  return markdownTable(
    ['event id', 'type', 'severity', 'low-level category', 'origin'],
    ordered.map(({ id, type, severity, category, origin }) => [
      ...[code(id), type, String(severity)],
      ...[`${category.name} (${category.id})`, origin],
    ]),
  );
}

function propertiesTable({ properties }: BundleSettings): string {
  return markdownTable(
    ['name', 'LEEF key', 'type', 'for rules', 'what'],
    properties.map(({ name, key, type, description, forRules }) => [
      ...[name, code(key), type, forRules ? 'yes' : 'no', description],
    ]),
  );
}
