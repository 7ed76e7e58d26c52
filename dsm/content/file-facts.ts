/** What a file of the bundle is for, and where it goes on the console. */
export interface FileFacts {
  readonly what: string;
  readonly use: string;
}

const facts: Readonly<Record<string, FileFacts>> = {
  'README.md': { what: 'What the files are, and the order of their use', use: 'to read' },
  'log-source.json': {
    what: 'Both log sources: the values of the dialogue and the bodies of the REST API',
    use: 'Admin → Log Sources → Add',
  },
  'qid-map.txt': {
    what: 'Every event: name, description, severity, low-level category',
    use: '`/opt/qradar/bin/qidmap_cli.sh -i -f qid-map.txt` on the console',
  },
  'event-mappings.json': {
    what: 'Which event id with which category means which name',
    use: 'DSM editor → Event Mappings, or the REST API',
  },
  'custom-properties.json': {
    what: 'The custom properties with LEEF key and regular expression',
    use: 'DSM editor → Properties, or the REST API',
  },
  'log-source-extension.xml': {
    what: 'The log source extension, which reads our events field by field',
    use: 'Admin → Log Source Extensions → Add',
  },
  'sample-events.log': {
    what: 'Events of every type, those of the test tool too, by which JSA recognises both log sources',
    use: '`threat-forwarder send --to HOST:514 sample-events.log`; the DSM editor takes single lines',
  },
  'forwarding-destination.md': {
    what: 'The forwarding destination, field by field',
    use: 'Admin → Forwarding Destinations → Add',
  },
  'routing-rule.md': {
    what: 'The routing rule, field by field',
    use: 'Admin → Routing Rules → Add',
  },
  'searches.aql': {
    what: 'Searches for analysts, as text',
    use: 'Log Activity → Advanced Search, then Save Criteria',
  },
  'saved-searches.json': { what: 'The same as data: name, purpose, AQL', use: 'for programs' },
  'reference-sets.json': {
    what: 'Reference sets of what was detected, and the rules that fill them',
    use: 'Admin → Reference Set Management; Offenses → Rules',
  },
  'manifest.json': {
    what: 'Version of the catalogue, and length and SHA-256 of every file',
    use: 'for programs',
  },
};

const contentExtension: FileFacts = {
  what: 'The content extension: log source type, names, mappings, properties in one archive',
  use: 'Admin → Extensions Management → Add',
};

/** Throws RangeError for a file nobody has described: then its line above is missing. */
export function factsOf(path: string): FileFacts {
  const found = path.endsWith('.zip') ? contentExtension : facts[path];
  if (found === undefined) throw new RangeError(`no facts about the file ${path}`);
  return found;
}
