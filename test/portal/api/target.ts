import { type LookupKind, lookupKinds } from '../../../forwarder/lookup/lookup-object.js';

/** What a request asks for, read from its first line. */
export interface Target {
  readonly rawPath: string;
  readonly path: string;
  readonly rawQuery: string;
  readonly query: Readonly<Record<string, string>>;
  readonly kind: LookupKind | undefined;
  readonly value: string | undefined;
  readonly isEncoded: boolean;
}

/** What may stand in one segment of a path as it is (RFC 3986, pchar). */
const segment = /^(?:[A-Za-z0-9\-._~!$&'()*+,;=:@]|%[0-9A-Fa-f]{2})+$/;
/** What encoders leave as it is in a parameter, and the colons of an address. */
const parameter = /^(?:[A-Za-z0-9\-._~!'()*+:]|%[0-9A-Fa-f]{2})+$/;

/** `/api/<kind>/<value>` of the portal, `/api/v1/search/<kind>?request=<value>` of OpenTIP. */
export function readTarget(url: string, isOpenTip: boolean): Target {
  const mark = url.indexOf('?');
  const rawPath = mark < 0 ? url : url.slice(0, mark);
  const rawQuery = mark < 0 ? '' : url.slice(mark + 1);
  const query = Object.fromEntries(new URLSearchParams(rawQuery));
  const common = { rawPath, path: decoded(rawPath), rawQuery, query };
  if (isOpenTip) {
    const kind = kindOf(/^\/api\/v1\/search\/([a-z]+)$/.exec(rawPath)?.[1]);
    const raw = /(?:^|&)request=([^&]*)/.exec(rawQuery)?.[1] ?? '';
    return { ...common, kind, value: query['request'], isEncoded: parameter.test(raw) };
  }
  const [, name, raw = ''] = /^\/api\/([a-z]+)\/(.*)$/s.exec(rawPath) ?? [];
  const kind = kindOf(name);
  const value = kind === undefined ? undefined : decoded(raw);
  return { ...common, kind, value, isEncoded: segment.test(raw) };
}

function kindOf(name: string | undefined): LookupKind | undefined {
  return lookupKinds.find((kind) => kind === name);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
