import { messageOf, ServiceError } from '../../core/index.js';
import { FetchError, retryAfterMs, shownAddress } from '../../net/index.js';
import type { LookupResult, Report } from '../lookup-result.js';
import { causeCodes } from './cause-codes.js';
import { AnswerTooLarge, type PortalAnswer } from './exchange.js';
import { failed, statusFailure } from './failures.js';
import type { PortalShape } from './portal-shape.js';
import { tlsFailure } from './tls-failures.js';

/** What one try came to. */
export interface Outcome {
  readonly result: LookupResult;
  /** Another try has a chance. */
  readonly isPassing: boolean;
  /** How long the portal asked to be left alone (Retry-After). */
  readonly askedWaitMs?: number | undefined;
}

/** What an answer means. Never throws. */
export function outcomeOf(
  answer: PortalAnswer,
  shape: PortalShape,
  address: string,
  url: string,
  nowMs: number,
): Outcome {
  const { status, body } = answer;
  if (status === 404) {
    return { result: { kind: 'no-data', from: 'portal', atMs: nowMs }, isPassing: false };
  }
  if (body === undefined) {
    const location = answer.header('location');
    const target =
      location !== undefined && URL.canParse(location, url)
        ? shownAddress(new URL(location, url))
        : undefined;
    return {
      result: statusFailure(status, address, shape, target),
      isPassing: status === 429 || status >= 500,
      askedWaitMs: retryAfterMs(answer.header('retry-after'), nowMs),
    };
  }
  const report = reportIn(body);
  return {
    isPassing: false,
    result:
      report === undefined
        ? failed('unexpected-answer', address, {
            status,
            message: 'the answer is no report in JSON',
            hint: 'check that lookup.url is the address of the portal itself, and that no proxy answers in its place',
          })
        : { kind: 'report', report, from: 'portal', atMs: nowMs },
  };
}

function reportIn(body: Buffer): Report | undefined {
  try {
    const content: unknown = JSON.parse(body.toString('utf8'));
    const isReport = typeof content === 'object' && content !== null && !Array.isArray(content);
    return isReport && !isTooDeep(content) ? (content as Report) : undefined;
  } catch {
    return undefined;
  }
}

/** The documented replies have five levels; whoever walks a report by recursion must come back. */
const mostLevels = 64;

function isTooDeep(content: object): boolean {
  let level: readonly unknown[] = [content];
  for (let depth = 0; depth < mostLevels; depth++) {
    level = level.flatMap((one) =>
      typeof one === 'object' && one !== null ? (Object.values(one) as readonly unknown[]) : [],
    );
    if (level.length === 0) return false;
  }
  return true;
}

/** What a fault of the connection means. Never throws. */
export function faultOutcome(error: unknown, address: string): Outcome {
  const message = messageOf(error);
  if (error instanceof AnswerTooLarge) {
    const hint = 'ask for fewer sections (--fields)';
    return {
      result: failed('unexpected-answer', address, { message, hint, status: 200 }),
      isPassing: false,
    };
  }
  const tls = tlsFailure(error, message, address);
  if (tls !== undefined) return { result: tls, isPassing: false };
  const known = error instanceof ServiceError ? error.hint : undefined;
  const hint = known ?? 'check lookup.url, lookup.proxy and the way to the portal';
  return {
    result: failed('unreachable', address, { message, hint: `${hint}${certificateToo(error)}` }),
    isPassing: error instanceof FetchError && error.isPassing,
  };
}

/** A portal that does not take a certificate may say so by no more than a closed connection. */
function certificateToo(error: unknown): string {
  const isCut = causeCodes(error).some((code) =>
    /^(?:ECONNRESET|EPIPE|UND_ERR_SOCKET)$/.test(code),
  );
  return isCut
    ? '; where it is so every time, check that lookup.cert is a certificate the portal accepts'
    : '';
}
