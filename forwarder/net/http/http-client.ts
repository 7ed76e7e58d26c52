import { setTimeout as pause } from 'node:timers/promises';
import type { Dispatcher } from 'undici';
import type { Clock } from '../../core/index.js';
import type { Access } from '../access.js';
import type { AskedThing } from '../asked-thing.js';
import { shownAddress } from '../shown-address.js';
import { readBody, tooLarge, type Answer } from './answer.js';
import { basic, createDispatcher, decoded } from './dispatcher.js';
import { FetchError } from './fetch-error.js';
import { networkFault } from './network-faults.js';
import { mostRedirects, redirectTarget, tooManyRedirects } from './redirect.js';
import { statusFault } from './status-faults.js';
import { certificateSetting, readTlsFiles } from './tls-files.js';

export interface HttpRequest {
  readonly url: string | URL;
  readonly method?: 'GET' | 'POST';
  /** Sent wherever redirects lead: never a secret. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Which answers beside 200 are good: `[304]`; `any`: all but redirects, which are followed. */
  readonly accepts?: readonly number[] | 'any';
}

export interface HttpClientOptions {
  /** What is asked for, as faults are to name it. */
  readonly what: AskedThing;
  readonly clock: Clock;
  readonly signal?: AbortSignal | undefined;
  /** The header Authorization; default: Basic or Bearer by the access, or by the address. */
  readonly authorization?: string | undefined;
  /** What may see credentials and certificate beside the address's own origin. */
  readonly isTrusted?: ((url: URL) => boolean) | undefined;
}

/** Asks one server, and those it redirects to; close() it at the end. */
export interface HttpClient {
  /**
   * Asks, and has the answer received, up to three times when the fault is a passing one: receive()
   * then starts anew. Throws FetchError, or what receive() throws.
   */
  ask<T>(request: HttpRequest, receive: (answer: Answer) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

const attempts = 3;

/**
 * Opens a client for the server of an address. Credentials and certificate go to the origin of the
 * address only. Throws ServiceError TF_CONFIG for files or a proxy that cannot be used.
 */
export async function openHttpClient(
  address: string,
  access: Access,
  options: HttpClientOptions,
): Promise<HttpClient> {
  const { what, clock, signal, isTrusted = () => false } = options;
  const home = parsedAddress(address, what);
  const tls = await readTlsFiles(access.tls, what, shownAddress(home), clock());
  const { request: exchange } = await import('undici');
  const own = await createDispatcher(tls, access.proxy, access.timeoutMs);
  const { ca } = tls;
  let strange: Promise<Dispatcher> | undefined;
  const strangers = (): Promise<Dispatcher> =>
    (strange ??= createDispatcher(ca === undefined ? {} : { ca }, access.proxy, access.timeoutMs));
  const authorization = options.authorization ?? authorizationOf(access, home);

  const once = async <T>(
    { url, method = 'GET', headers = {}, body, accepts = [] }: HttpRequest,
    receive: (answer: Answer) => Promise<T>,
  ): Promise<T> => {
    let at = parsedAddress(url, what);
    for (let redirects = 0; redirects <= mostRedirects; redirects++) {
      const where = shownAddress(at);
      const isOwn = at.origin === home.origin || isTrusted(at);
      const told = (isBeforeAnswer: boolean) => (error: unknown) =>
        signal?.aborted === true
          ? stopped(where)
          : networkFault(error, where, at.hostname, {
              what,
              isTls: at.protocol === 'https:',
              certificate: isOwn ? certificateSetting(tls) : undefined,
              isBeforeAnswer,
            });
      const response = await exchange(withoutUser(at), {
        dispatcher: isOwn ? own : await strangers(),
        method,
        headers: {
          'user-agent': 'threat-forwarder',
          'accept-encoding': 'gzip',
          ...headers,
          ...(isOwn && authorization !== undefined ? { authorization } : {}),
        },
        body: body ?? null,
        headersTimeout: access.timeoutMs,
        bodyTimeout: access.timeoutMs,
        ...(signal === undefined ? {} : { signal }),
      }).catch((error: unknown) => {
        throw told(true)(error);
      });
      const header = headerReader(response.headers);
      const { statusCode: status } = response;
      try {
        const target = redirectTarget(status, header('location'), at, method, what);
        if (target !== undefined) {
          at = target;
          continue;
        }
        const head = { what, status, address: where, url: at, header };
        if (status !== 200 && accepts !== 'any' && !accepts.includes(status)) {
          throw statusFault(head, { nowMs: clock(), isStranger: !isOwn });
        }
        const encoding = header('content-encoding');
        const length = Number(header('content-length') ?? NaN);
        if (length > access.maxBytes) throw tooLarge(what, where, access.maxBytes);
        return await receive({
          ...head,
          length: encoding === undefined && Number.isSafeInteger(length) ? length : undefined,
          body: readBody(response.body, encoding, {
            what,
            address: where,
            maxBytes: access.maxBytes,
            timeoutMs: access.timeoutMs,
            fault: told(false),
          }),
        });
      } finally {
        // What nobody reads is not waited for either.
        response.body.on('error', () => undefined).destroy();
      }
    }
    throw tooManyRedirects(what, shownAddress(at));
  };

  return {
    async ask(request, receive) {
      for (let attempt = 1; ; attempt++) {
        try {
          return await once(request, receive);
        } catch (error) {
          const isWorthIt = error instanceof FetchError && error.isPassing && attempt < attempts;
          if (!isWorthIt || signal?.aborted === true) throw error;
        }
        const pauseMs = (access.retryPauseMs ?? 1000) * 2 ** (attempt - 1);
        await pause(pauseMs, undefined, signal === undefined ? {} : { signal }).catch(() => {
          throw stopped(shownAddress(request.url));
        });
      }
    },
    async close() {
      await Promise.all([own.destroy(), (await strange)?.destroy()]);
    },
  };
}

function parsedAddress(address: string | URL, { code, noun, remedies }: AskedThing): URL {
  const url = URL.canParse(String(address)) ? new URL(address) : undefined;
  if (url?.protocol === 'https:' || url?.protocol === 'http:') return url;
  throw new FetchError(code, `the address of the ${noun} does not begin with http:// or https://`, {
    where: shownAddress(address),
    hint: remedies.noHttp,
  });
}

function authorizationOf({ auth }: Access, home: URL): string | undefined {
  if (auth === undefined) {
    const { username, password } = home;
    return username === '' ? undefined : basic(decoded(username), decoded(password));
  }
  return 'token' in auth ? `Bearer ${auth.token}` : basic(auth.username, auth.password);
}

function withoutUser(url: URL): URL {
  const bare = new URL(url);
  bare.username = '';
  bare.password = '';
  return bare;
}

function headerReader(
  headers: Readonly<Record<string, string | string[] | undefined>>,
): (name: string) => string | undefined {
  return (name) => {
    const value = headers[name.toLowerCase()];
    return Array.isArray(value) ? value[0] : value;
  };
}

function stopped(where: string): FetchError {
  return new FetchError('TF_PEER_UNAVAILABLE', 'the fetch was stopped', { where, retryable: true });
}
