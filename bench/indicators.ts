/** What an indicator of the work set looks for. Only a mask cannot be looked up as an exact value. */
export const indicatorKinds = ['md5', 'host', 'ip', 'mask'] as const;
export type IndicatorKind = (typeof indicatorKinds)[number];

export interface Indicator {
  readonly kind: IndicatorKind;
  /** An MD5 hash, a host name, an IPv4 address, or a URL mask `host/folder/*`. */
  readonly value: string;
}

/** Which indicators a list holds. */
export interface IndicatorSet {
  /** How many. */
  readonly indicators: number;
  /** Share of URL masks, 0 to 1, spread evenly over the list. */
  readonly maskShare: number;
}

/**
 * The indicator of a number (0 and up): masks in their share, hashes, hosts and addresses by turns.
 * Different numbers give different indicators (addresses up to 16.7 million of them), and none is
 * one of the values that clean events hold.
 */
export function indicatorOf(number: number, maskShare: number): Indicator {
  const masksBefore = Math.floor(number * maskShare);
  if (Math.floor((number + 1) * maskShare) > masksBefore) {
    return { kind: 'mask', value: `site${number.toString(36)}.example/folder/*` };
  }
  switch ((number - masksBefore) % 3) {
    case 0:
      return { kind: 'md5', value: hashOfNumber(number) };
    case 1:
      return { kind: 'host', value: `bad${number.toString(36)}.listed.example` };
    default: {
      const [high, middle, low] = [number >>> 16, number >>> 8, number].map((part) => part & 255);
      return { kind: 'ip', value: `203.${high}.${middle}.${low}` };
    }
  }
}

function hashOfNumber(number: number): string {
  return [2654435761, 40503, 97, 7919]
    .map((salt) => (Math.imul(number + 1, salt) >>> 0).toString(16).padStart(8, '0'))
    .join('');
}

/** Numbers of a version of a list: those of the set, or of which the later part is another one. */
export interface ListNumbers {
  /** The first numbers, in every version. */
  readonly common: number;
  /** First number of the others. */
  readonly others: number;
}

/** The indicators of a list in order: the common numbers, then as many others as are missing. */
export function* indicatorsOf(
  { indicators, maskShare }: IndicatorSet,
  numbers: ListNumbers = { common: indicators, others: 0 },
): Generator<Indicator> {
  for (let place = 0; place < indicators; place += 1) {
    const number = place < numbers.common ? place : numbers.others + place - numbers.common;
    yield indicatorOf(number, maskShare);
  }
}
