import type { Indicator, Observable } from '../../forwarder/core/index.js';

/**
 * The plainest reading of docs/reference/masks.md, sharing no code with the index: the judge of the
 * lookups. Slow on purpose.
 */
export function naiveCovers(indicator: Indicator, observable: Observable): boolean {
  const { kind, value } = indicator;
  switch (kind) {
    case 'url':
      return coversAsMask(value, observable);
    case 'domain':
      return observable.kind === 'domain' && atOrBelow(observable.value, value);
    case 'cidr':
      return observable.kind === 'ip' && inRange(observable.value, value);
    case 'ip':
    case 'md5':
    case 'sha1':
    case 'sha256':
      return observable.kind === kind && observable.value === value;
    default:
      return kind satisfies never;
  }
}

function atOrBelow(host: string, base: string): boolean {
  return host === base || host.endsWith(`.${base}`);
}

const isAddress = (host: string): boolean =>
  host.includes(':') || /^\d+\.\d+\.\d+\.\d+$/.test(host);

function coversAsMask(mask: string, observable: Observable): boolean {
  const isUrl = observable.kind === 'url';
  if (!isUrl && observable.kind !== 'domain' && observable.kind !== 'ip') return false;
  const host = isUrl ? observable.host : observable.value.replace(/^www\.(?=.*\.)/, '');
  const unbracketed = mask.replace(/^\[([^\]]*)\]/, '$1');
  // A bare host, and `host/*`.
  if (!/[*/?]/.test(mask)) return host === unbracketed;
  if (isUrl && /^[^*/?]+\/\*$/.test(mask)) return host === unbracketed.slice(0, -2);
  // `*.base` and `*.base/*`.
  const base = /^\*\.([^*/?]+)(?:\/\*)?$/.exec(mask)?.[1];
  if (base !== undefined) return !isAddress(host) && atOrBelow(host, base);
  if (!isUrl) return false;
  const url = observable.value;
  // `host/folder/*` covers the folder without its last slash.
  if (/^[^*/?]+\/[^*]*\/\*$/.test(mask) && url === mask.slice(0, -2)) return true;
  const pattern = mask
    .split('*')
    .map((part) => part.replace(/[^a-z0-9]/g, '\\$&'))
    .join('[^]*');
  return new RegExp(`^${pattern}$`).test(url);
}

/** An address as a number, by the URL parser of the runtime. */
function asNumber(address: string): bigint {
  if (!address.includes(':')) {
    return address.split('.').reduce((sum, part) => sum * 256n + BigInt(part), 0n);
  }
  const [head = '', tail = ''] = address.split('::');
  const groupsOf = (text: string): string[] => (text === '' ? [] : text.split(':'));
  const left = groupsOf(head);
  const right = groupsOf(tail);
  const zeros = Array<string>(8 - left.length - right.length).fill('0');
  return [...left, ...zeros, ...right].reduce(
    (sum, group) => sum * 65536n + BigInt(`0x${group}`),
    0n,
  );
}

function inRange(address: string, range: string): boolean {
  const [network = '', bits = ''] = range.split('/');
  if (address.includes(':') !== network.includes(':')) return false;
  const width = address.includes(':') ? 128n : 32n;
  const shift = width - BigInt(bits);
  return asNumber(address) >> shift === asNumber(network) >> shift;
}
