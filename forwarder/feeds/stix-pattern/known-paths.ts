import { hashKinds, type HashKind } from '../../core/index.js';
import type { ObjectPath } from './pattern.js';
import { printPath } from './print-pattern.js';

/**
 * What a path of a STIX pattern says. `indicator`: a value that events are searched for;
 * `qualifier`: it narrows down an object that an indicator of the same `subject` already names.
 */
export type KnownPath =
  | {
      readonly role: 'indicator';
      readonly subject: string;
      readonly kind: 'url' | 'domain' | 'ip' | 'host';
    }
  | { readonly role: 'indicator'; readonly subject: string; readonly kind: HashKind }
  | { readonly role: 'qualifier'; readonly subject: string };

const values: Readonly<Record<string, KnownPath>> = {
  'url:value': { role: 'indicator', subject: 'url', kind: 'url' },
  'domain-name:value': { role: 'indicator', subject: 'domain-name', kind: 'domain' },
  'ipv4-addr:value': { role: 'indicator', subject: 'ipv4-addr', kind: 'ip' },
  'ipv6-addr:value': { role: 'indicator', subject: 'ipv6-addr', kind: 'ip' },
  'network-traffic:src_ref.value': { role: 'indicator', subject: 'network-traffic', kind: 'host' },
  'network-traffic:dst_ref.value': { role: 'indicator', subject: 'network-traffic', kind: 'host' },
};

/** Objects that are a file's content, by the path of their hashes. */
const hashOwners: Readonly<Record<string, string>> = {
  'file:hashes': 'file',
  'artifact:hashes': 'artifact',
  'process:image_ref.hashes': 'process:image_ref',
  'process:binary_ref.hashes': 'process:binary_ref',
};

/**
 * What may stand beside an indicator in an AND and is not checked: the hash names the file whatever
 * its name is, the address is known to be bad on one port and is reported on every port.
 */
const qualifiers: Readonly<Record<string, string>> = Object.fromEntries([
  ...['name', 'name_enc', 'size', 'mime_type', 'magic_number_hex', 'parent_directory_ref.path'].map(
    (name) => [`file:${name}`, 'file'],
  ),
  ['artifact:mime_type', 'artifact'],
  ['process:image_ref.name', 'process:image_ref'],
  ['process:binary_ref.name', 'process:binary_ref'],
  ...['src_port', 'dst_port', 'src_ref.type', 'dst_ref.type', 'protocols[*]'].map((name) => [
    `network-traffic:${name}`,
    'network-traffic',
  ]),
  ['domain-name:resolves_to_refs[*].value', 'domain-name'],
  ['domain-name:resolves_to_refs[*].type', 'domain-name'],
]) as Record<string, string>;

/** What is known of a path; undefined: it says nothing that could be looked for. */
export function knownPath(path: ObjectPath): KnownPath | undefined {
  const text = printPath(path);
  if (Object.hasOwn(values, text)) return values[text];
  const subject = Object.hasOwn(qualifiers, text) ? qualifiers[text] : undefined;
  return subject === undefined ? hashPath(path) : { role: 'qualifier', subject };
}

/** `hashes.MD5`, `hashes.'SHA-256'`, `hashes.SHA256`; a hash of another algorithm only narrows down. */
function hashPath({ type, steps }: ObjectPath): KnownPath | undefined {
  const last = steps.at(-1);
  if (steps.length < 2 || last?.kind !== 'name') return undefined;
  const owner = printPath({ type, steps: steps.slice(0, -1) });
  const subject = Object.hasOwn(hashOwners, owner) ? hashOwners[owner] : undefined;
  if (subject === undefined) return undefined;
  const algorithm = last.name.toLowerCase().replace('-', '');
  const kind = hashKinds.find((known) => known === algorithm);
  return kind === undefined ? { role: 'qualifier', subject } : { role: 'indicator', subject, kind };
}
