import type { FieldTree } from '../../../core/index.js';
import { excerpt } from '../../read-indicator.js';
import { isObject } from '../../record-context.js';
import { propertyFindings } from './values.js';
import {
  childrenOf,
  joined,
  noFindings,
  textAt,
  textsAt,
  unsupported,
  type Findings,
} from '../xml/findings.js';
import { localName } from '../xml/tree.js';

type PropertiesReader = (properties: FieldTree) => Findings;

const readers: ReadonlyMap<string, PropertiesReader> = new Map<string, PropertiesReader>([
  ['AddressObjectType', addressFindings],
  ['DomainNameObjectType', domainFindings],
  ['HostnameObjectType', hostnameFindings],
  ['URIObjectType', uriFindings],
  ['LinkObjectType', uriFindings],
  ['SocketAddressObjectType', socketFindings],
  ['NetworkConnectionObjectType', connectionFindings],
  ['ArtifactObjectType', hashesFindings],
]);
const addressCategories: ReadonlySet<string> = new Set([
  '',
  'ipv4-addr',
  'ipv6-addr',
  'cidr',
  'ipv4-net',
  'ipv6-net',
]);
/** Names of hashes that are looked for; one without a name is known by its length. */
const hashNames = /^(?:MD5|SHA-?1|SHA-?256|Other|)$/i;

/**
 * What the properties of a CybOX object look for. An address, a name, a URL is one property; of a
 * file each hash is enough by itself, since it says all that its other properties can say; of a
 * socket its address or name, its port is not looked at; of a connection its destination. Objects of
 * other kinds are unsupported.
 */
export function objectFindings(properties: FieldTree): Findings {
  // The attributes xsi:type and type both are `type`; that of the schema ends so.
  const name = textsAt(properties, 'type').map(localName).find(isObjectType) ?? '';
  if (name.endsWith('FileObjectType')) return hashesFindings(properties);
  const read = readers.get(name);
  if (read !== undefined) return read(properties);
  return unsupported(
    name === '' ? 'an object without xsi:type' : `an object of the type ${excerpt(name)}`,
  );
}

function isObjectType(name: string): boolean {
  return name.endsWith('ObjectType');
}

/** The attribute `type` of an object that has one beside xsi:type. */
function ownTypeOf(properties: FieldTree): string {
  return textsAt(properties, 'type').find((name) => !isObjectType(name)) ?? '';
}

function addressFindings(properties: FieldTree): Findings {
  const category = textAt(properties, 'category');
  if (!addressCategories.has(category)) {
    return unsupported(`an address of the category ${excerpt(category)}`);
  }
  return propertyFindings('ip', properties['Address_Value']);
}

function domainFindings(properties: FieldTree): Findings {
  if (ownTypeOf(properties) === 'TLD') return unsupported('a top-level domain');
  return propertyFindings('domain', properties['Value']);
}

function hostnameFindings(properties: FieldTree): Findings {
  return propertyFindings('domain', properties['Hostname_Value']);
}

function uriFindings(properties: FieldTree): Findings {
  const type = ownTypeOf(properties);
  switch (type) {
    case '':
    case 'URL':
      return propertyFindings('url', properties['Value']);
    case 'Domain Name':
      return propertyFindings('domain', properties['Value']);
    default:
      return unsupported(`a URI of the type ${excerpt(type)}`);
  }
}

function socketFindings(properties: FieldTree): Findings {
  return joined([
    ...childrenOf(properties, 'IP_Address').filter(isObject).map(addressFindings),
    ...childrenOf(properties, 'Hostname').filter(isObject).map(hostnameFindings),
  ]);
}

function connectionFindings(properties: FieldTree): Findings {
  const ends = childrenOf(properties, 'Destination_Socket_Address').filter(isObject);
  if (ends.length === 0) return unsupported('a connection without Destination_Socket_Address');
  return joined(ends.map(socketFindings));
}

function hashesFindings(properties: FieldTree): Findings {
  const hashes = childrenOf(properties, 'Hashes')
    .filter(isObject)
    .flatMap((list) => childrenOf(list, 'Hash'))
    .filter(isObject)
    .map(hashFindings);
  const found = joined(hashes);
  if (found.indicators.length > 0 || found.faults.length > 0) return found;
  return unsupported('a file without MD5, SHA-1 or SHA-256');
}

function hashFindings(hash: FieldTree): Findings {
  if (!hashNames.test(textAt(hash, 'Type').trim())) return noFindings;
  return propertyFindings('hash', hash['Simple_Hash_Value']);
}
