import { hashKinds } from '../../core/index.js';
import type { Detection } from '../../core/index.js';
import type { Scope } from './scope.js';

/** CyberTrace's rules whose values are of one kind. RE_URL is not among them: a domain stands there too. */
const kindOfRule: Readonly<Record<string, Detection['match']['observable']['kind']>> = {
  RE_IP: 'ip',
  RE_MD5: 'md5',
  RE_SHA1: 'sha1',
  RE_SHA256: 'sha256',
};

const hashRules = ['RE_MD5', 'RE_SHA1', 'RE_SHA256'] as const;

/**
 * What a rule's name stands for; '' when there is nothing. A rule of that name goes first. Where the
 * rule that caused a detection has another name than CyberTrace's for its kind, and no rule of that
 * name found anything, the value that was detected stands there.
 */
export function eventValue(name: string): (scope: Scope) => string {
  const own = ({ values }: Scope): string => values?.get(name) ?? '';
  const fallback = fallbackOf(name);
  return fallback === undefined ? own : (scope) => own(scope) || fallback(scope);
}

function fallbackOf(name: string): ((scope: Scope) => string) | undefined {
  switch (name) {
    case 'RE_URL':
      return urlOf;
    case 'RE_HASH':
      return hashOf;
    case 'UserName':
      return ({ values }) => values?.get('RE_USERNAME') ?? '';
    default: {
      const kind = kindOfRule[name];
      if (kind === undefined) return undefined;
      return ({ detection }) => {
        const observable = detection?.match.observable;
        return observable?.kind === kind ? observable.text : '';
      };
    }
  }
}

function urlOf({ detection, values }: Scope): string {
  if (detection !== undefined) {
    const { observable, url } = detection.match;
    if (observable.kind === 'url' || observable.kind === 'domain') return observable.text;
    if (url !== undefined) return url.text;
  }
  return values?.get('RE_DOMAIN') ?? '';
}

/** The hash that was detected, else the event's first. */
function hashOf({ detection, values }: Scope): string {
  const observable = detection?.match.observable;
  if (hashKinds.some((kind) => kind === observable?.kind)) return observable?.text ?? '';
  for (const rule of hashRules) {
    const text = values?.get(rule) ?? '';
    if (text !== '') return text;
  }
  return '';
}
