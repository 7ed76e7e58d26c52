import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

import { findName, identifyMessage, nameOf } from './numbered.js';
import type { Identity, Stream } from './numbered.js';
import { paced } from './paced.js';

export const eventStream: Stream = 'e';

/** An event that matches the test record of fakess123.nu and carries its number as the user's name. */
export function eventLine(number: number): string {
  return `<13>Jul 10 10:10:14 proxy squid: url=http://fakess123.nu\tusrName=${nameOf(eventStream, number)}\n`;
}

/** An event in which nothing is found. */
const harmlessLine =
  '<13>Jul 10 10:10:14 proxy squid: url=http://example.test/page\tusrName=alice\n';

/**
 * Judges the detections of numbered events. All of them have one form: apart from the event's number,
 * the time and the message's id they are equal byte for byte, so the first one shows what is expected
 * of the others. Status events are passed over.
 */
export function detectionIdentifier(): (line: string) => Identity {
  let form: string | undefined;
  return (line) => {
    if (/ KL_(ALERT|EVALUATION)_|\|KL_(ALERT|EVALUATION)_/.test(line)) return { kind: 'other' };
    const found = findName(line);
    const seen = formOf(line);
    if (found !== undefined) form ??= seen;
    if (form === undefined) return { kind: 'alien' };
    if (found !== undefined && seen === form) return { kind: 'numbered', ...found };
    return { kind: isBeginOf(form, seen) ? 'cut' : 'alien' };
  };
}

/** Detections of events, and the messages of a naive sender beside them, in one file. */
export function eventsAndNaive(): (line: string) => Identity {
  const detection = detectionIdentifier();
  return (line) => {
    const message = identifyMessage(line);
    return message.kind === 'numbered' || line.includes(' naive ') ? message : detection(line);
  };
}

const formParts: readonly (readonly [RegExp, string])[] = [
  [/^<\d{1,3}>[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d/, '<>'],
  [/devTime=\d{13}\b/, 'devTime='],
  [/usrName=[a-z]-\d{9}-[0-9a-f]{8}/, 'usrName='],
  [/messageId=[0-9A-Za-z_-]+/, 'messageId='],
];

function formOf(line: string): string {
  return formParts.reduce((text, [pattern, by]) => text.replace(pattern, by), line);
}

/** Whether a line that does not have the whole form may be the begin of one that has. */
function isBeginOf(form: string, seen: string): boolean {
  if (form.startsWith(seen)) return true;
  // Cut within a part that varies: what stands before it must fit.
  const end = Math.max(seen.lastIndexOf('='), 0);
  return end > 0
    ? form.startsWith(seen.slice(0, end)) && seen.length - end < 32
    : seen.length < 40 && seen.startsWith('<');
}

export interface EventPlan {
  readonly count: number;
  readonly perSecond: number;
  /** One event in so many has something to find; 1 when absent. */
  readonly oneIn?: number;
}

/** Sends events as JSA does: over one connection, made again when it is lost, and nothing twice. */
export class EventSource {
  readonly #port: number;
  #socket: Socket | undefined;
  #isOver = false;
  #numbered = 0;
  #events = 0;
  /** Milliseconds between the attempts to connect. */
  readonly #retryMs = 50;

  constructor(port: number) {
    this.#port = port;
    this.#connect();
  }

  /** Numbered events so far: numbers below this. */
  get sent(): number {
    return this.#numbered;
  }

  get events(): number {
    return this.#events;
  }

  get isConnected(): boolean {
    return this.#socket !== undefined;
  }

  /** Bytes that the service has not taken yet. */
  get backlogBytes(): number {
    return this.#socket?.writableLength ?? 0;
  }

  /** Ends early when stop() is called. What is sent while there is no connection is not sent at all. */
  async send({ count, perSecond, oneIn = 1 }: EventPlan): Promise<void> {
    while (this.#socket === undefined && !this.#isOver) await sleep(10);
    await paced(
      { from: 0, count, perSecond },
      (from, to) => {
        const socket = this.#socket;
        if (socket === undefined) return;
        let text = '';
        for (let number = from; number < to; number++) {
          text += number % oneIn === 0 ? eventLine(this.#numbered++) : harmlessLine;
        }
        this.#events += to - from;
        socket.write(text);
      },
      () => this.#isOver,
    );
  }

  /** Waits until the service has taken everything, then ends the connection. */
  async close(deadlineMs = 10_000): Promise<void> {
    this.#isOver = true;
    const socket = this.#socket;
    if (socket === undefined) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(() => socket.destroy(), deadlineMs);
      socket.once('close', () => {
        clearTimeout(timer);
        resolve();
      });
      socket.end();
    });
  }

  #connect(): void {
    if (this.#isOver) return;
    const socket = connect(this.#port, '127.0.0.1');
    socket.on('connect', () => {
      if (this.#isOver) socket.destroy();
      else this.#socket = socket;
    });
    socket.on('error', () => undefined);
    socket.resume();
    socket.on('close', () => {
      if (this.#socket === socket) this.#socket = undefined;
      setTimeout(() => {
        this.#connect();
      }, this.#retryMs);
    });
  }
}
