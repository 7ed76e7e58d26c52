import { relative, resolve, sep } from 'node:path';

import { ServiceError } from '../../../core/index.js';
import { fieldRules } from './flags.js';

type Options = Readonly<Record<string, unknown>>;

/** An entry of `feeds` or `allowLists` as it is written into the configuration. */
export type NewEntry = Readonly<Record<string, unknown>>;

export interface EntryPlaces {
  readonly cwd: string;
  /** Folder of the configuration: paths in it start there. */
  readonly directory: string;
}

const reference = /^(?:env:[A-Za-z_][A-Za-z0-9_]*|file:.+|enc:.+)$/;

/** The entry that the flags of `feeds add` describe. Throws ServiceError TF_USAGE. */
export function entryOf(
  options: Options,
  place: string | undefined,
  places: EntryPlaces,
): NewEntry {
  const isAllowList = options['allowList'] === true;
  if (isAllowList && (options['confidence'] !== undefined || options['lifetime'] !== undefined)) {
    throw usage('an allow-list has neither --confidence nor --lifetime', 'leave them out');
  }
  return withoutAbsent({
    name: options['name'],
    ...placeOf(options, place, places),
    format: options['format'],
    fields: fieldsOf(options),
    rootElement: options['rootElement'],
    delimiter: options['delimiter'],
    confidence: numberOf(options['confidence'], '--confidence'),
    lifetime: plain(options['lifetime']),
    every: plain(options['every']),
    query: queryOf(options['query'] as string | undefined),
    auth: authOf(options),
    tls: tlsOf(options, places),
    proxy: proxyOf(options['proxy']),
  });
}

function placeOf(options: Options, place: string | undefined, places: EntryPlaces): NewEntry {
  const given = [
    ['path', place],
    ['taxii', options['taxii']],
    ['misp', options['misp']],
  ].filter((pair): pair is [string, string] => typeof pair[1] === 'string');
  const [first] = given;
  if (first === undefined || given.length > 1) {
    throw usage('say where the one feed is', 'give a PATH, a URL, --taxii URL or --misp URL');
  }
  const [kind, text] = first;
  if (kind !== 'path') return { [kind]: checkedUrl(text) };
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(text)
    ? { url: checkedUrl(text) }
    : { path: pathFrom(text, places) };
}

/** Relative to the configuration where it is below its folder. */
function pathFrom(path: string, { cwd, directory }: EntryPlaces): string {
  const absolute = resolve(cwd, path);
  const below = relative(directory, absolute);
  return below === '' || below.startsWith(`..${sep}`) || below === '..' ? absolute : below;
}

function checkedUrl(text: string): string {
  if (!/^https?:\/\//i.test(text) || !URL.canParse(text)) {
    throw usage(`"${text}" is no http:// or https:// address`, 'correct the address');
  }
  const { username, password } = new URL(text);
  if (username + password === '') return text;
  throw usage(
    'user name and password do not belong into the address',
    'use --auth-user NAME --auth-password env:NAME',
  );
}

function fieldsOf(options: Options): NewEntry | undefined {
  const rules = fieldRules(options);
  return rules && Object.fromEntries(rules.map(({ path, kind }) => [path, kind]));
}

function queryOf(text: string | undefined): unknown {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    throw usage(
      '--query is no JSON',
      `for example --query '{"tags": ["tlp:white"], "last": "30d"}'`,
    );
  }
}

function authOf(options: Options): NewEntry | undefined {
  const token = secretOf(options['authToken'], '--auth-token');
  const username = options['authUser'];
  const password = secretOf(options['authPassword'], '--auth-password');
  if ((username === undefined) !== (password === undefined)) {
    throw usage('--auth-user and --auth-password go together', 'give both, or neither');
  }
  const auth = withoutAbsent({ username, password, token });
  return Object.keys(auth).length === 0 ? undefined : auth;
}

function tlsOf(options: Options, places: EntryPlaces): NewEntry | undefined {
  const path = (name: string): string | undefined => {
    const given = options[name];
    return typeof given === 'string' ? pathFrom(given, places) : undefined;
  };
  const passphrase = secretOf(options['tlsPassphrase'], '--tls-passphrase');
  const tls = withoutAbsent({
    ca: path('tlsCa'),
    cert: path('tlsCert'),
    key: path('tlsKey'),
    passphrase,
  });
  return Object.keys(tls).length === 0 ? undefined : tls;
}

/** Where a secret is; the secret itself would stand in the list of processes. */
function secretOf(given: unknown, flag: string): string | undefined {
  if (given === undefined) return undefined;
  if (typeof given === 'string' && reference.test(given)) return given;
  throw usage(
    `${flag} must say where the secret is`,
    'env:NAME, file:PATH, or enc:… as threat-forwarder init --seal prints it',
  );
}

function proxyOf(given: unknown): unknown {
  if (typeof given !== 'string' || !URL.canParse(given)) return given;
  const { username, password } = new URL(given);
  if (username + password === '' || reference.test(given)) return given;
  throw usage(
    'user name and password of the proxy must not stand on the command line',
    'give --proxy env:NAME, file:PATH or enc:…, with http://USER:PASSWORD@HOST:PORT there',
  );
}

function numberOf(given: unknown, flag: string): number | undefined {
  if (given === undefined) return undefined;
  const number = Number(given);
  if (Number.isFinite(number)) return number;
  throw usage(`${flag} must be a number`, `for example ${flag} 60`);
}

/** A number as one, anything else as text. */
function plain(given: unknown): unknown {
  return typeof given === 'string' && /^\d+$/.test(given) ? Number(given) : given;
}

function withoutAbsent(entry: NewEntry): NewEntry {
  return Object.fromEntries(Object.entries(entry).filter(([, value]) => value !== undefined));
}

function usage(message: string, hint: string): ServiceError {
  return new ServiceError('TF_USAGE', message, { hint });
}
