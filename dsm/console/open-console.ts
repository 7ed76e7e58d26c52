import type { ConsoleClient, ConsoleFacts, Exchange, Sending } from './console-client.js';
import { ConsoleError, isAnswer } from './console-error.js';
import { parseConsoleAddress, type ConsoleAddress } from './http/address.js';
import { jsonOf, notTheApiFault } from './http/answer-faults.js';
import { hiderOf, printed } from './http/printed.js';
import { createRequester, type Requester } from './http/requester.js';
import { openTransport, type Answer } from './http/transport.js';
import { trustOf } from './http/trust.js';
import { pageRange, readPages, totalOf } from './paging.js';
import { chooseVersion } from './versions.js';

export interface ConsoleOptions {
  /** `https://192.0.2.5`; a path of its own and a slash at the end are taken. */
  readonly url: string;
  /** Of an authorised service. */
  readonly token: string;
  /** Authorities to trust instead of the usual ones, PEM text. */
  readonly ca?: string | undefined;
  /** SHA-256 of the console's certificate: then this one is trusted, and no other. Wins over `ca`. */
  readonly fingerprint?: string | undefined;
  /** `20.0`; default: the newest that both sides know. */
  readonly apiVersion?: string | undefined;
  /** For one whole answer. */
  readonly timeoutMs: number;
  /** Ends everything, waits too. */
  readonly signal?: AbortSignal | undefined;
  readonly onExchange?: ((exchange: Exchange) => void) | undefined;
  /** How often a request is tried, at most; default 5. */
  readonly attempts?: number;
  /** Pause after the first try; twice as long after each other. Default 1000. */
  readonly firstPauseMs?: number;
}

/**
 * Opens the REST API of a console: checks its certificate, finds out which version it speaks and what
 * it is. Nothing is sent, the token least of all, before the certificate was accepted. Redirects are
 * not followed and no proxy is used. Throws ConsoleError: TF_CONFIG for an address, a token, a
 * certificate or a version that does not fit, TF_PEER_UNAVAILABLE when nothing answers.
 */
export async function openConsole(options: ConsoleOptions): Promise<ConsoleClient> {
  const { token, timeoutMs, signal, onExchange, attempts = 5, firstPauseMs = 1000 } = options;
  const address = parseConsoleAddress(options.url);
  const trust = trustOf(options.ca, options.fingerprint);
  checkToken(token, address);
  const hide = hiderOf(token);
  const transport = await openTransport({ address, trust, timeoutMs, signal, hide });
  const requester = createRequester({
    ...{ transport, address, token, hide, attempts, firstPauseMs, signal, onExchange },
  });
  try {
    const { answer, version } = await findVersion(requester, address, options.apiVersion);
    const asked: Requester = (asking) =>
      requester({ ...asking, headers: { ...asking.headers, version } });
    const release = await findRelease(asked, address);
    return clientOf(asked, address, () => transport.close(), {
      address: address.shown,
      apiVersion: version,
      release,
      clockOffsetMs: clockOffset(answer),
      certificate: transport.certificate(),
    });
  } catch (error) {
    await transport.close();
    throw error;
  }
}

function clientOf(
  ask: Requester,
  address: ConsoleAddress,
  close: () => Promise<void>,
  facts: ConsoleFacts,
): ConsoleClient {
  const whereOf = (path: string): string => `${address.shown}/api${path}`;
  return {
    facts: Object.freeze(facts),
    async get<T>(path: string, query = {}, headers = {}) {
      return jsonOf(await ask({ method: 'GET', path, query, headers }), whereOf(path)) as T;
    },
    list: <T>(path: string, query = {}) =>
      readPages(async (first) => {
        const headers = pageRange(first);
        const request = { method: 'GET', path, query: { ...query }, headers } as const;
        const answer = await ask(request).catch((error: unknown) => {
          // Range not satisfiable: the page before was the last.
          if (first > 0 && isAnswer(error, 416)) return undefined;
          throw error;
        });
        if (answer === undefined) return { items: [] };
        const items = itemsOf(answer, whereOf(path)) as readonly T[];
        return { items, total: totalOf(answer.header('content-range')) };
      }, whereOf(path)),
    async post<T>(path: string, sending: Sending = {}) {
      const answer = await ask({ method: 'POST', path, ...sending });
      return jsonOf(answer, whereOf(path)) as T;
    },
    async delete(path) {
      await ask({ method: 'DELETE', path });
    },
    close,
  };
}

function itemsOf(answer: Answer, where: string): readonly unknown[] {
  const value = jsonOf(answer, where) ?? [];
  if (Array.isArray(value)) return value;
  throw new ConsoleError('TF_CONSOLE', 'the console answers with no list', {
    where,
    hint: 'this release of the console may not be supported; --verbose shows what is asked',
    status: answer.status,
  });
}

async function findVersion(
  ask: Requester,
  address: ConsoleAddress,
  wanted: string | undefined,
): Promise<{ readonly answer: Answer; readonly version: string }> {
  const path = '/help/versions';
  const where = `${address.shown}/api${path}`;
  const answer = await ask({ method: 'GET', path }).catch((error: unknown) => {
    if (!isAnswer(error, 404)) throw error;
    // Every console has it: there is none, or not below this path.
    throw new ConsoleError('TF_CONFIG', 'there is no REST API of a console at this address', {
      where,
      hint: 'name the address of the console alone, https://HOST',
      status: 404,
    });
  });
  const offered = jsonOf(answer, where);
  if (!Array.isArray(offered)) throw notTheApiFault(answer, where);
  return { answer, version: chooseVersion(offered, wanted, where) };
}

/** As /system/about tells it; a token need not be allowed to ask that. */
async function findRelease(ask: Requester, address: ConsoleAddress): Promise<string | undefined> {
  const path = '/system/about';
  try {
    const about = jsonOf(await ask({ method: 'GET', path }), `${address.shown}/api${path}`);
    if (typeof about !== 'object' || about === null) return undefined;
    const { release_name: name, external_version: version } = about as Record<string, unknown>;
    const texts = [name, version].filter((text) => typeof text === 'string');
    const release = texts.find((text) => text !== '');
    return release === undefined ? undefined : printed(release, 100);
  } catch (error) {
    if (isAnswer(error, 403) || isAnswer(error, 404)) return undefined;
    throw error;
  }
}

/** The Date header tells whole seconds, so ours are compared. */
function clockOffset(answer: Answer): number | undefined {
  const theirs = Date.parse(answer.header('date') ?? '');
  if (Number.isNaN(theirs)) return undefined;
  return theirs - Math.floor(answer.receivedAtMs / 1000) * 1000;
}

function checkToken(token: string, address: ConsoleAddress): void {
  if (/^[\u0021-\u007e]{1,1024}$/.test(token)) return;
  throw new ConsoleError('TF_CONFIG', 'the token is empty, or holds what no token holds', {
    where: address.shown,
    hint: 'give the token alone, on one line: that of an authorised service (Admin, Authorized Services)',
  });
}
