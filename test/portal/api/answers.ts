import type { LookupKind } from '../../../forwarder/lookup/lookup-object.js';
import { asOpenTip } from '../replies/open-tip.js';
import {
  isKnownValue,
  isValueOf,
  sectionNames,
  sectionsOf,
  withoutScheme,
} from '../replies/index.js';
import type { Target } from './target.js';

export interface Answer {
  readonly status: number;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string | number>>;
}

/** Characters of a URL the portal takes (its help, "Threat Lookup API"). */
const longestUrl = 2000;
/** These lists always come whole, whatever `count`. */
const uncounted = ['DetectionsInfo', 'FileParentCertificates'];

/** A refusal; the texts are ours, as the pages name the statuses only. */
export function refusal(status: number, message: string): Answer {
  return { status, body: JSON.stringify({ message }) };
}

/** What the portal has, and how many requests of the day are used. */
export class Answers {
  private readonly isOpenTip: boolean;
  private readonly quota: number;
  private used = 0;

  constructor(isOpenTip: boolean, quota: number) {
    this.isOpenTip = isOpenTip;
    this.quota = quota;
  }

  get dayRequests(): number {
    return this.used;
  }

  /** The whole reply; undefined where there is nothing. */
  replyFor(kind: LookupKind, value: string): Readonly<Record<string, unknown>> | undefined {
    if (!isValueOf(kind, value) || !isKnownValue(kind, value)) return undefined;
    const sections = sectionsOf(kind, value);
    if (this.isOpenTip) return asOpenTip(kind, sections);
    const { Zone, ...others } = sections;
    const LicenseInfo = {
      AccessType: 'Commercial',
      DayRequests: this.used,
      DayQuota: this.quota,
      TokenExpirationDate: null,
    };
    return { Zone, LicenseInfo, ...others };
  }

  /** The answer to a request with the right credentials. */
  answerTo(target: Target): Answer {
    const { kind, value } = target;
    if (kind === undefined || value === undefined) {
      return this.isOpenTip && kind !== undefined
        ? refusal(400, 'request is missing')
        : {
            status: 404,
            body: '<html>There is no such page.</html>',
            headers: { 'content-type': 'text/html' },
          };
    }
    const problem = this.isOpenTip ? openTipRefusal(kind, value) : tipRefusal(kind, value, target);
    if (problem !== undefined) return problem;
    if (this.used >= this.quota) return refusal(403, 'quota exceeded');
    this.used++;
    const reply = this.replyFor(kind, value);
    if (reply === undefined) return refusal(404, 'no results');
    const body = this.isOpenTip ? reply : selected(reply, target.query);
    return { status: 200, body: JSON.stringify(body) };
  }
}

function tipRefusal(kind: LookupKind, value: string, target: Target): Answer | undefined {
  const { query, isEncoded } = target;
  if (kind === 'url' && value.length > longestUrl) return refusal(414, 'the URL is too long');
  if (!isEncoded) return refusal(400, 'the request is not percent-encoded');
  if (!isValueOf(kind, value)) return refusal(400, `the request is no ${kind}`);
  for (const [name, text] of Object.entries(query)) {
    if (!isParameter(kind, name, text)) return refusal(400, `the parameter ${name} is wrong`);
  }
  return undefined;
}

function isParameter(kind: LookupKind, name: string, text: string): boolean {
  switch (name) {
    case 'count':
      return /^[1-9]\d*$/.test(text);
    case 'sections': {
      const known = sectionNames(kind);
      return text.split(',').every((section) => known.includes(section));
    }
    case 'format':
      // The pages know `stix` too; this stand-in does not.
      return text === 'json';
    default:
      return false;
  }
}

function openTipRefusal(kind: LookupKind, value: string): Answer | undefined {
  if (!isValueOf(kind, value)) return refusal(400, `the request is no ${kind}`);
  if (kind === 'url' && !/^[^/?#]+\//.test(withoutScheme(value))) {
    return refusal(400, 'the URL has no path');
  }
  return undefined;
}

/** The sections and as many rows as were asked for. */
function selected(
  reply: Readonly<Record<string, unknown>>,
  { sections, count }: Readonly<Record<string, string>>,
): Readonly<Record<string, unknown>> {
  const wanted = sections?.split(',');
  const most = count === undefined ? 1000 : Number(count);
  return Object.fromEntries(
    Object.entries(reply)
      .filter(([name]) => wanted === undefined || wanted.includes(name))
      .map(([name, content]) => [
        name,
        Array.isArray(content) && !uncounted.includes(name) ? content.slice(0, most) : content,
      ]),
  );
}
