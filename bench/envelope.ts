import type { Family } from './families/index.js';

/** How a JSON writer spells characters that JSON lets it write in two ways. */
export const spellings = ['bare', 'slashes', 'every-slash', 'html'] as const;
/**
 * `bare`: only what must be escaped. `slashes`: `\/` everywhere but in the URL. `every-slash`: in the
 * URL too. `html`: `\u003d`, `\u0026`, `\u003c`, `\u003e`, `\u0027` and all beyond ASCII as `\uXXXX`.
 */
export type Spelling = (typeof spellings)[number];

/** What stands around a payload in JSA's JSON object. */
export interface EnvelopeValues {
  readonly family: Family;
  readonly payload: string;
  readonly url: string;
  readonly user: string;
  readonly source: string;
  readonly destination: string;
  /** Milliseconds since 1970. */
  readonly deviceTime: number;
  readonly properties: Readonly<Record<string, string>>;
  readonly spelling: Spelling;
  /** A forwarding profile without the fields that nobody needs here. */
  readonly isLean: boolean;
}

/**
 * The JSON object in JSA's order of fields, without a line end, in two parts: between them any text
 * may stand, in a field that is never searched, to reach a size.
 */
export function envelope(values: EnvelopeValues): readonly [head: string, tail: string] {
  const { family, user, source, destination, deviceTime, spelling, isLean } = values;
  let properties = '';
  for (const [name, value] of Object.entries(values.properties)) {
    properties += `,"${name}":"${spell(value, spelling, values.url)}"`;
  }
  const version = isLean ? '' : ',"version":"1.0"';
  const sourceNames = isLean
    ? ''
    : `"logSource":"${family.logSource}","logSourceType":"${family.logSourceType}",`;
  return [
    `{"name":"DefaultProfile"${version},"type":"Event","category":"${family.category}","sev":"2",` +
      `"src":"${source}","dst":"${destination}","usrName":"EXAMPLE\\\\${user}","devTimeEpoch":"${deviceTime}",` +
      `"payload":"${spell(values.payload, spelling, values.url)}\\n","eventCnt":"1","eventName":"${family.eventName}`,
    `",${sourceNames}"logSourceIdentifier":"${family.identifier}"${properties}}`,
  ];
}

/** A text inside a JSON string, spelled as asked. */
export function spell(text: string, spelling: Spelling, url: string): string {
  const escaped = text.replace(/["\\]/g, '\\$&').replaceAll('\t', '\\t');
  switch (spelling) {
    case 'bare':
      return escaped;
    case 'slashes':
      return slashed(escaped, escaped.indexOf(url), url.length);
    case 'every-slash':
      return escaped.replaceAll('/', '\\/');
    case 'html':
      return escaped.replace(/[=&<>'\u0080-\uffff]/g, asUnicodeEscape);
    default:
      return spelling satisfies never;
  }
}

function slashed(text: string, urlStart: number, urlLength: number): string {
  if (urlStart === -1) return text.replaceAll('/', '\\/');
  const urlEnd = urlStart + urlLength;
  const before = text.slice(0, urlStart).replaceAll('/', '\\/');
  return before + text.slice(urlStart, urlEnd) + text.slice(urlEnd).replaceAll('/', '\\/');
}

function asUnicodeEscape(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
