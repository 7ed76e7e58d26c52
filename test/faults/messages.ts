import type { Counter, CounterSource, Logger, Message } from '../../forwarder/core/index.js';

const atMs = Date.UTC(2026, 6, 1, 10, 10, 14);

/** A message with a number that can be found again on the line; `length` is that of its body. */
export function messageOf(number: number, length = 0): Message {
  const body = `LEEF:1.0|Kaspersky Lab|Threat Feed Service|2.0|KL_Malicious_URL|n=${number}\tpad=`;
  return {
    id: `m-${number}`,
    kind: 'detect',
    event: 'KL_Malicious_URL',
    atMs,
    body: body.padEnd(length, 'x'),
  };
}

export function messagesOf(count: number, length = 0): Message[] {
  return Array.from({ length: count }, (_, index) => messageOf(index, length));
}

/** The numbers of the messages on these lines, in order. */
export function numbersOf(lines: readonly string[]): number[] {
  return lines.map((line) => Number(/\|n=(\d+)/.exec(line)?.[1] ?? NaN));
}

export interface TestCounters extends CounterSource {
  /** Sum over all counters of this name that have these labels. */
  total(name: string, labels?: Readonly<Record<string, string>>): number;
}

export function testCounters(): TestCounters {
  const made = new Map<
    string,
    { name: string; labels: Record<string, string>; counter: Counter }
  >();
  return {
    counter(name, labels = {}) {
      const key = `${name} ${JSON.stringify(labels)}`;
      let entry = made.get(key);
      if (entry === undefined) {
        entry = { name, labels: { ...labels }, counter: { value: 0 } };
        made.set(key, entry);
      }
      return entry.counter;
    },
    total(name, labels = {}) {
      let sum = 0;
      for (const entry of made.values()) {
        const hasAll = Object.entries(labels).every(
          ([label, value]) => entry.labels[label] === value,
        );
        if (entry.name === name && hasAll) sum += entry.counter.value;
      }
      return sum;
    },
  };
}

export interface LogLine {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly code: string;
  readonly message: string;
}

/** A logger whose lines can be looked at. */
export function testLogger(): Logger & { readonly lines: readonly LogLine[] } {
  const lines: LogLine[] = [];
  const at =
    (level: LogLine['level']) =>
    (code: string, message: string): void => {
      lines.push({ level, code, message });
    };
  return { lines, debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}
