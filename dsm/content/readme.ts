import { catalogueVersion } from '../events/version.js';
import { logSourceTypeNames } from '../identity.js';
import { factsOf } from './file-facts.js';
import { manifestPath } from './manifest.js';
import { code, markdownTable } from './markdown.js';
import { samplesOfEach } from './sample-events.js';
import type { BundleFile, BundleSettings } from './settings.js';

const readmePath = 'README.md';

/** What an administrator reads first. */
export function readmeFile(settings: BundleSettings, files: readonly BundleFile[]): BundleFile {
  return { path: readmePath, content: `${text(settings, files)}\n` };
}

function text(settings: BundleSettings, files: readonly BundleFile[]): string {
  const extension = files.find(({ path }) => path.endsWith('.zip'))?.path ?? '';
  const steps = stepsFor(settings, extension);
  return `# Files for the console of JSA (QRadar)

They teach JSA the events of the threat forwarder. Version of the catalogue: ${catalogueVersion}, ${settings.events.length}
events. **None of it was ever tried on a real console**: where a step is wrong, please say so.

${valuesTable(settings)}

## Which way
- **By program**: \`threat-forwarder dsm plan\`, then \`dsm apply\`, makes the log sources, names, mappings and
  properties through the REST API of the console. Then steps 4 to 7 below are left.
- **By hand**, with these files, in this order:

${steps.map((step, index) => `${index + 1}. ${step}`).join('\n')}

## The files
${filesTable(files)}

## What is not certain
- What JSA takes for the category of an event whose line has no \`cat\` is nowhere documented;
  \`event-mappings.json\` supposes an empty one. With the log source type \`${logSourceTypeNames.universal}\`
  \`leef.cat: true\` in the configuration of the service makes it certain. Where events stay *unknown* all the
  same, open one in the DSM editor, which shows the category.
- \`qid-map.txt\` makes names only; each must be mapped too. Importing it twice makes every name twice.
- The numbers of low-level categories are the usual ones; \`qidmap_cli.sh -l\` shows those of the console.
- No REST API makes saved searches, and these were never run. Those with custom properties
  (\`"Matched Indicator"\` and others) fail until the properties are there.
- Events of the test tool are mapped to no name: JSA shows them as *unknown*, and that is as it should be.
- The vendor's log source type \`${logSourceTypeNames.vendor}\` has names and mappings of its own, which are not
  public. With it only the custom properties, searches and sets of these files are needed.`;
}

function valuesTable(settings: BundleSettings): string {
  const { identifier, verificationIdentifier, service, collector } = settings;
  const rows = [
    ['log source identifier of the detections', code(identifier)],
    ['log source identifier of the test events', code(verificationIdentifier)],
    ['JSA forwards events to', `${code(addressText(service))}, ${service.protocol}`],
    ['the service sends its messages to', code(addressText(collector))],
  ];
  return markdownTable(['what', 'value'], rows);
}

function stepsFor({ collector }: BundleSettings, extension: string): readonly string[] {
  return [
    `What the events mean. Either the content extension ${code(extension)}, which
   brings the log source type, names, mappings and properties at once. Or file by file: names by
   \`qid-map.txt\`, mappings by \`event-mappings.json\`, properties by \`custom-properties.json\`.`,
    'Log sources: `log-source.json`. **Coalescing off** in both.',
    `Optional, where JSA is to find the log sources by itself: send \`sample-events.log\` to
   ${code(addressText(collector))}, or let \`threat-forwarder dsm warmup\` send some. The file has at least ${samplesOfEach} events of each
   type and ${samplesOfEach} test events; JSA needs about 25. Their times are fixed: look for them by the time they
   arrive. They tell of things that do not exist, so send them before rules act on detections.`,
    'Forwarding destination: `forwarding-destination.md`.',
    'Routing rule: `routing-rule.md`.',
    'Searches and reference sets: `searches.aql`, `reference-sets.json`, as you like.',
    '**Admin → Deploy Changes**, then `threat-forwarder dsm verify`.',
  ];
}

function filesTable(files: readonly BundleFile[]): string {
  const paths = [readmePath, ...files.map(({ path }) => path), manifestPath];
  return markdownTable(
    ['file', 'what', 'where it goes'],
    paths.map((path) => {
      const { what, use } = factsOf(path);
      return [code(path), what, use];
    }),
  );
}

/** `192.0.2.20:9995`, `[2001:db8::1]:9995`. */
function addressText({ host, port }: { readonly host: string; readonly port: number }): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}
