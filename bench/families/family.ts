/** The values one event is written with. */
export interface Slots {
  readonly user: string;
  readonly source: string;
  readonly destination: string;
  readonly url: string;
  readonly host: string;
  /** MD5, lower case. */
  readonly hash: string;
  /** Hosts and addresses beyond those that the family names itself. */
  readonly extras: readonly string[];
}

/** One kind of log source and how JSA speaks of it. Every family has a place for every value. */
export interface Family {
  readonly name: string;
  /** Addresses, hashes, hosts and URLs in its payload without extras; repeated ones count. */
  readonly payloadCandidates: number;
  /** Whether the payload names the user, so that it may also be sent without JSA's object. */
  readonly namesUser: boolean;
  readonly category: string;
  readonly eventName: string;
  readonly logSource: string;
  readonly logSourceType: string;
  readonly identifier: string;
  /** The payload as the log source wrote it, without its line end. */
  payload(slots: Slots): string;
  /** Custom properties of the envelope, one candidate each. */
  properties?(slots: Slots): Readonly<Record<string, string>>;
  /** How many properties() gives. */
  readonly propertyCount?: number;
}

/** `key1=value key2=value …` with a separator before each. */
export function pairs(values: readonly string[], separator: string, key: string): string {
  let text = '';
  for (let place = 0; place < values.length; place += 1) {
    text += `${separator}${key}${place + 1}=${values[place]}`;
  }
  return text;
}
