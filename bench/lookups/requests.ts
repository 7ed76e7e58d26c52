import { indicatorOf } from '../indicators.js';
import type { Indicator, IndicatorSet } from '../indicators.js';
import { byteOf, hashOf, randomNumbers } from '../random.js';

/** What a client of CyberTrace's protocol says first to get its replies on the same connection. */
export const flags = 'X-KF-SendFinishedEventX-KF-ReplyBack';

/** Requests as KUMA sends them. The same parameters and seed give the same ones on every machine. */
export interface RequestSet extends IndicatorSet {
  readonly seed: number;
  /** Distinct requests; a longer load repeats them. */
  readonly requests: number;
  /** Share of requests that hold one listed indicator, 0 to 1. */
  readonly hitRate: number;
}

/** One request and what its reply must say. */
export interface LookupRequest {
  /** The event with its line end: `bench00000012|url=…|hash=…|ip=…\n`. */
  readonly line: string;
  /**
   * What the one detection must name, in lower case: the listed value, of a mask the part before its
   * `*`. Undefined: nothing listed is in it, and no detection may come.
   */
  readonly listed: string | undefined;
}

/** Makes the requests of a set, about 2 µs each. */
export function createRequests(set: RequestSet): readonly LookupRequest[] {
  const random = randomNumbers(set.seed);
  return Array.from({ length: set.requests }, (_, number) => {
    const indicator =
      random() < set.hitRate
        ? indicatorOf(Math.floor(random() * set.indicators), set.maskShare)
        : undefined;
    const { url, hash, ip } = fieldsOf(random, indicator);
    const head = `bench${String(number).padStart(8, '0')}`;
    return {
      line: `${head}|url=${url}|hash=${hash}|ip=${ip}\n`,
      listed: indicator?.value.replace('/*', ''),
    };
  });
}

interface Fields {
  readonly url: string;
  readonly hash: string;
  readonly ip: string;
}

function fieldsOf(random: () => number, indicator: Indicator | undefined): Fields {
  const host = `host${Math.floor(random() * 1e6).toString(36)}.ok.example`;
  const clean: Fields = {
    url: `https://${host}/path/${Math.floor(random() * 1e9).toString(36)}?q=1`,
    hash: hashOf(random),
    ip: `198.51.${byteOf(random)}.${byteOf(random)}`,
  };
  if (indicator === undefined) return clean;
  switch (indicator.kind) {
    case 'md5':
      return { ...clean, hash: indicator.value };
    case 'ip':
      return { ...clean, ip: indicator.value };
    case 'host':
      return { ...clean, url: `http://${indicator.value}` };
    case 'mask':
      return { ...clean, url: `http://${indicator.value.replace('*', 'x.html')}` };
    default:
      return indicator.kind satisfies never;
  }
}
