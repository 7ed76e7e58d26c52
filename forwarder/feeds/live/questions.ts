import { getDomain } from 'tldts';
import type { Indicator, Observable, UrlObservable } from '../../core/index.js';
import { normaliseHost, parseIp } from '../../normalise/index.js';
import type { MayLeave } from '../../normalise/may-leave.js';

/** A value to ask a server for. Two observables with the same key are answered by one question. */
export interface Question {
  readonly key: string;
  readonly indicator: Indicator;
  /** How the server may have it written; it compares texts exactly. */
  readonly forms: () => readonly string[];
  /** What is reported when the answer is yes: the observable, or the host of the URL it is. */
  readonly observable: Observable;
  readonly url?: UrlObservable;
}

/** Names come normalised; names under a supplier's (`me.github.io`) are registered there. */
const byList = {
  allowPrivateDomains: true,
  validateHostname: false,
  extractHostname: false,
  detectIp: false,
};

/** Longer values are not asked for: a server's list of values has an end. */
const longestValue = 2048;
const mostParents = 5;

/** Scheme, host and port, path and query, fragment. The host holds no `:`, so no scheme passes for one. */
const urlSyntax =
  /^(?:[a-z][a-z0-9+.-]*:\/\/)?((?:[^/?#\\@:[\]\s]+|\[[0-9a-f:.]+\])(?::\d+)?)([/?][^#\s]*)?(?:#.*)?$/i;

/**
 * What to ask about an observable; nothing when it may not leave the house.
 *
 * - A URL is asked for as it stood (without user, password and fragment) and in its normal form, with
 *   http and https and without a scheme; and so is its host.
 * - A domain is asked for with the domains above it down to the one that can be registered, since a
 *   domain in a feed covers all below it: `a.b.example.co.uk` → itself, `b.example.co.uk`,
 *   `example.co.uk`.
 */
export function questionsOf(observable: Observable, mayLeave: MayLeave): readonly Question[] {
  if (observable.value.length > longestValue) return [];
  switch (observable.kind) {
    case 'url': {
      const host = hostOf(observable);
      if (host === undefined || !mayLeave(host.value)) return [];
      const { value } = observable;
      const own = question({ kind: 'url', value }, observable, () => urlForms(observable));
      return [own, ...hostQuestions(host, observable)];
    }
    case 'domain':
    case 'ip':
      return mayLeave(observable.value) ? hostQuestions(observable) : [];
    case 'md5':
    case 'sha1':
    case 'sha256': {
      const { kind, value } = observable;
      return [question({ kind, value }, observable, () => [value])];
    }
    default:
      return observable satisfies never;
  }
}

function question(
  indicator: Indicator,
  observable: Observable,
  forms: () => readonly string[],
  url?: UrlObservable,
): Question {
  return {
    key: `${indicator.kind} ${indicator.value}`,
    indicator,
    forms: () => [...new Set(forms())].filter(isPlain),
    observable,
    ...(url === undefined ? {} : { url }),
  };
}

/** MISP reads `!` in front as "not", and `%` at an end as "any text". */
function isPlain(form: string): boolean {
  return form !== '' && !/^[!%]|%$/.test(form) && form.length <= longestValue;
}

type HostObservable = Exclude<Observable, UrlObservable>;

function hostQuestions(host: HostObservable, url?: UrlObservable): readonly Question[] {
  const { value } = host;
  if (host.kind === 'ip') return [question({ kind: 'ip', value }, host, () => [value], url)];
  return [value, ...parentsOf(value)].map((name) =>
    question({ kind: 'domain', value: name }, host, () => [name], url),
  );
}

function parentsOf(name: string): readonly string[] {
  const registrable = getDomain(name, byList);
  if (registrable === null || registrable === name) return [];
  const parents: string[] = [];
  let parent = name;
  while (parent !== registrable) {
    parent = parent.slice(parent.indexOf('.') + 1);
    parents.push(parent);
  }
  // The last ones: they are known best, and a name may have a hundred labels.
  return parents.slice(-mostParents);
}

/** The host of a URL as an observable of its own; `www.` is a part of the name here. */
function hostOf({ rule, hostText: text, host }: UrlObservable): HostObservable | undefined {
  if (parseIp(host) !== undefined) return { kind: 'ip', rule, text, value: host };
  const asWritten = normaliseHost(text);
  const value = asWritten === `www.${host}` ? asWritten : normaliseHost(host);
  return value === undefined ? undefined : { kind: 'domain', rule, text, value };
}

function urlForms({ text, value, host }: UrlObservable): readonly string[] {
  const written = withoutSecrets(text);
  const bare = [value, ...(value === host ? [`${value}/`] : [])];
  if (written !== undefined) bare.unshift(written);
  return bare.flatMap((form) => [`http://${form}`, `https://${form}`, form]);
}

/**
 * A URL as it stood, without scheme and fragment, its host in lower case; undefined when there is a
 * user or a password in it, or it is too odd to be cut with certainty.
 * `http://Example.com/A?b#c` → `example.com/A?b`.
 */
function withoutSecrets(text: string): string | undefined {
  const parts = urlSyntax.exec(text.trim());
  return parts?.[1] === undefined ? undefined : `${parts[1].toLowerCase()}${parts[2] ?? ''}`;
}
