import { readFileSync } from 'node:fs';
import { request } from 'node:https';

import { ConsoleState } from './console-state.js';
import { SyslogIntake } from './syslog/intake.js';
import type { KeptEvent } from './syslog/kept-event.js';
import type { TestConsole, TestConsoleOptions } from './test-console.js';

/** A line of the service as a log source sends it. */
export function lineOf(eventId: string, attributes: Readonly<Record<string, string>> = {}): string {
  const pairs = Object.entries(attributes).map(([key, value]) => `${key}=${value}`);
  return `<134>Jul 10 10:10:16 KL_Threat_Feed_Service_V2 LEEF:1.0|Kaspersky Lab|Threat Feed Service|2.0|${eventId}|${pairs.join('\t')}`;
}

export interface Bench {
  readonly state: ConsoleState;
  readonly events: readonly KeptEvent[];
  readonly receive: (payload: string, times?: number) => void;
}

/** What the console makes of events, without sockets. */
export function startIntake(options: TestConsoleOptions = {}): Bench {
  const state = new ConsoleState(options);
  const intake = new SyslogIntake({
    state,
    settle: () => undefined,
    onEvent: () => undefined,
  });
  return {
    state,
    events: intake.events,
    receive: (payload, times = 1) => {
      for (let i = 0; i < times; i++) intake.receive(payload, '192.0.2.9');
    },
  };
}

export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: unknown;
}

/** One request to the API, with the token and a version unless the headers say otherwise. */
export function ask(
  { url, token, caFile }: TestConsole,
  method: string,
  path: string,
  body?: unknown,
  headers: Readonly<Record<string, string | undefined>> = {},
): Promise<Reply> {
  const all: Readonly<Record<string, string | undefined>> = {
    SEC: token,
    Version: '20.0',
    'Content-Type': 'application/json',
    ...headers,
  };
  const there = Object.entries(all).filter(([, value]) => value !== undefined);
  return new Promise((done, failed) => {
    const sent = request(`${url}/api${path}`, {
      method,
      agent: false,
      ca: readFileSync(caFile),
      headers: Object.fromEntries(there),
    });
    sent.on('error', failed).on('response', (response) => {
      let text = '';
      response
        .on('error', failed)
        .on('data', (chunk: Buffer) => (text += chunk.toString()))
        .on('end', () => {
          const parsed: unknown = text === '' ? undefined : JSON.parse(text);
          done({ status: response.statusCode ?? 0, headers: response.headers, body: parsed });
        });
    });
    sent.end(body === undefined ? undefined : JSON.stringify(body));
  });
}
