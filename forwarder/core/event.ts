/**
 * What a client of CyberTrace's protocol asks for at the start of its connection
 * (CyberTrace help, page 180189).
 */
export interface SessionFlags {
  /** X-KF-SendFinishedEvent: a finished event follows every event, whatever the configuration says. */
  readonly sendFinished: boolean;
  /** X-KF-ReplyBack: detections and finished events come back on the same connection. */
  readonly replyBack: boolean;
  /** X-KF-SaveStatistic: with ReplyBack, what is detected counts in the statistics. */
  readonly saveStatistic: boolean;
}

/** One connection of one listener: every event knows which it came in by. */
export interface IntakeSession {
  readonly id: number;
  /** Name of the listener: `jsa`, `cybertrace`. */
  readonly listener: string;
  /** The peer's address without its port; an IPv4-mapped IPv6 address is shown as IPv4. */
  readonly peer: string;
  /** Of a session of CyberTrace's protocol. */
  readonly flags?: SessionFlags | undefined;
}

/**
 * What an event's bytes say. `envelope`: the JSON object JSA wraps around an event (Event Format
 * "JSON" of the forwarding destination), its values as text. `raw`: the event as its source sent
 * it (Event Format "Payload").
 */
export type DecodedEvent =
  | {
      readonly kind: 'envelope';
      /** All fields by name, `payload` included, in the order received; a name once, the last wins. */
      readonly fields: ReadonlyMap<string, string>;
      /** The field `payload`, or '' when the profile leaves it out. */
      readonly payload: string;
    }
  | { readonly kind: 'raw'; readonly text: string };

/** One event, received and decoded. Named so because `Event` is a global of the runtime. */
export interface ReceivedEvent {
  /** Arrival number in this process, from 1; part of the ids of the messages it causes. */
  readonly number: number;
  /** Hash of the run and of the line the event came in; the other part of those ids. */
  readonly digest: string;
  /** Arrival time, milliseconds since 1970. */
  readonly receivedAtMs: number;
  readonly session: IntakeSession;
  readonly decoded: DecodedEvent;
}
