import { ServiceError, type Observable } from '../../../core/index.js';
import {
  normaliseHash,
  normaliseHost,
  normaliseUrl,
  parseCidr,
  parseIp,
  refang,
} from '../../../normalise/index.js';

/** A way in which an indicator can stand in an event. */
export interface SearchForm {
  /** `itself`: as it was given; `as-url`: a name or address that stands in an event as a whole URL. */
  readonly kind: 'itself' | 'as-url';
  readonly observable: Observable;
}

const rule = 'search';

/**
 * What to look up for an indicator, in the normal forms that values of events have; defanged ones
 * (`hxxp`, `[.]`) are understood. Throws ServiceError TF_USAGE for what is none.
 */
export function searchForms(given: string): readonly SearchForm[] {
  const text = refang(given.trim());
  const hash = normaliseHash(text);
  if (hash !== undefined) {
    return [{ kind: 'itself', observable: { kind: hash.kind, rule, text, value: hash.value } }];
  }
  const host = hostForms(text);
  if (host !== undefined) return host;
  const range = parseCidr(text);
  if (range !== undefined) {
    throw new ServiceError(
      'TF_USAGE',
      `"${given}" is a range of addresses: events hold addresses`,
      {
        hint: 'search for an address of it, such as 192.0.2.1',
      },
    );
  }
  const url = urlForm(text);
  if (url !== undefined && isLikeUrl(text)) return [{ kind: 'itself', observable: url }];
  throw new ServiceError('TF_USAGE', `"${given}" is no URL, domain, IP address or hash`, {
    hint: 'write it as it stands in an event: http://host/path, host.example, 192.0.2.1, or 32, 40 or 64 hex digits',
  });
}

/** A name or an address, perhaps with a port: by itself, and as the URL of its front page. */
function hostForms(text: string): readonly SearchForm[] | undefined {
  const bare = /^\[([^\]]*)\](?::\d{1,5})?$/.exec(text)?.[1] ?? text;
  const withoutPort = bare.replace(/^([^:]+):\d{1,5}$/, '$1');
  const value = parseIp(bare) ?? parseIp(withoutPort);
  const name = value === undefined ? normaliseHost(withoutPort) : undefined;
  const observable: Observable | undefined =
    value !== undefined
      ? { kind: 'ip', rule, text, value }
      : name === undefined
        ? undefined
        : { kind: 'domain', rule, text, value: name };
  if (observable === undefined) return undefined;
  const shown = observable.value.includes(':') ? `[${observable.value}]` : observable.value;
  const url = urlForm(`http://${shown}`);
  const itself = { kind: 'itself', observable } as const;
  return url === undefined ? [itself] : [itself, { kind: 'as-url', observable: url }];
}

function urlForm(text: string): Observable | undefined {
  const url = normaliseUrl(text);
  if (url === undefined) return undefined;
  return { kind: 'url', rule, text, ...url };
}

/** Almost any text can be read as a URL: one has a scheme, or a host and something behind it. */
function isLikeUrl(text: string): boolean {
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(text) || /^[^\s/?]+[./:][^\s/?]*[/?]/.test(text);
}
