import type { Clock } from '../../core/index.js';
import type { Access } from '../../net/index.js';
import { openMispClient, type MispClient } from '../sources/misp-client.js';
import { mispFilters } from '../sources/misp-query.js';
import type { MispAttribute } from '../sources/misp-reply.js';

export interface AskerOptions {
  readonly address: string;
  readonly access: Pick<Access, 'auth' | 'tls' | 'proxy'>;
  readonly query: unknown;
  readonly where: string;
  readonly timeoutMs: number;
  readonly maxAnswerBytes: number;
  /** Attributes in one answer at most. */
  readonly limit: number;
  readonly clock: Clock;
}

/** Asks a MISP what it has about values; opened by the first question, and again after disconnect(). */
export interface MispAsker {
  ask(values: readonly string[]): Promise<readonly MispAttribute[]>;
  /** Breaks off what is out; the next question connects anew, with the certificates as they are then. */
  disconnect(): Promise<void>;
}

/** Throws ServiceError TF_CONFIG for filters that are none. */
export function createMispAsker(options: AskerOptions): MispAsker {
  const { address, access, where, timeoutMs, maxAnswerBytes, limit, clock } = options;
  const filters = mispFilters(options.query, where);
  let opening: Promise<MispClient> | undefined;

  return {
    async ask(values) {
      opening ??= openMispClient(
        address,
        // A connection that the server had just closed is worth a second attempt, soon.
        { ...access, timeoutMs, maxBytes: Number.MAX_SAFE_INTEGER, retryPauseMs: 100 },
        { clock, maxAnswerBytes },
      );
      const client = await opening;
      return client.search({ ...filters, value: values, returnFormat: 'json', page: 1, limit });
    },
    async disconnect() {
      const closing = opening;
      opening = undefined;
      await closing?.then(
        (client) => client.close(),
        () => undefined,
      );
    },
  };
}
