import type { ContextField, FieldTree } from '../../../core/index.js';
import { textsAt } from '../xml/findings.js';

/** Output name, and the paths where it stands in a STIX indicator or observable. */
type ContextRule = readonly [name: string, ...paths: string[]];

const longestText = 1000;
const markings = 'Handling/Marking/Marking_Structure/color';

const recordRules: readonly ContextRule[] = [
  ['id', 'id'],
  ['timestamp', 'timestamp'],
  ['title', 'Title'],
  ['type', 'Type'],
  ['short_description', 'Short_Description'],
  ['description', 'Description'],
  ['confidence', 'Confidence/Value'],
  ['producer', 'Producer/Identity/Name'],
  ['produced', 'Producer/Time/Produced_Time'],
  ['valid_from', 'Valid_Time_Position/Start_Time'],
  ['valid_until', 'Valid_Time_Position/End_Time'],
  [
    'kill_chain_phases',
    'Kill_Chain_Phases/Kill_Chain_Phase/name',
    'Kill_Chain_Phases/Kill_Chain_Phase/phase_id',
  ],
  ['ttp', 'Indicated_TTP/TTP/Title'],
  ['tlp', markings],
];
const headerRules: readonly ContextRule[] = [
  ['package_title', 'Title'],
  ['producer', 'Information_Source/Identity/Name'],
  ['produced', 'Information_Source/Time/Produced_Time'],
  ['tlp', markings],
];

/** What is said of all records of a package by its header. */
export function headerContext(header: FieldTree): readonly ContextField[] {
  return contextBy(headerRules, header);
}

/** The context of an indicator or observable: its own, and what only the package's header says. */
export function stixContext(
  record: FieldTree,
  header: readonly ContextField[],
): readonly ContextField[] {
  const own = contextBy(recordRules, record);
  const names = new Set(own.map(([name]) => name));
  return [...own, ...header.filter(([name]) => !names.has(name))];
}

function contextBy(rules: readonly ContextRule[], fields: FieldTree): readonly ContextField[] {
  const context: ContextField[] = [];
  for (const [name, ...paths] of rules) {
    // The first path that has something: phases have a name, or else at least an id.
    const texts = paths.map((path) => textsAt(fields, path)).find(({ length }) => length > 0);
    if (texts !== undefined) context.push([name, shortened([...new Set(texts)].join(', '))]);
  }
  return context;
}

function shortened(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > longestText ? `${line.slice(0, longestText)}…` : line;
}
