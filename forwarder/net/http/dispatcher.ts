import { setMaxListeners } from 'node:events';

import type { Dispatcher } from 'undici';
import { ServiceError } from '../../core/index.js';
import type { TlsMaterial } from './tls-files.js';

const environmentNames = ['https_proxy', 'HTTPS_PROXY', 'http_proxy', 'HTTP_PROXY'];

/**
 * Connections as an access wants them: certificates, proxy and the time that each step may take; at
 * most `connections` to one server. Certificates of servers are always verified, whatever the
 * environment says (NODE_TLS_REJECT_UNAUTHORIZED).
 * Throws ServiceError TF_CONFIG for a proxy that is none; it never says what it looked like, as a
 * password may stand in it.
 */
export async function createDispatcher(
  tls: TlsMaterial,
  proxy: string | undefined,
  timeoutMs: number,
  connections = 4,
): Promise<Dispatcher> {
  // A tenth of a second to load; most commands fetch nothing.
  const { Agent, EnvHttpProxyAgent, Pool, ProxyAgent } = await import('undici');
  const closing = new AbortController();
  const { signal } = closing;
  // One for each connection.
  setMaxListeners(0, signal);
  const connect = { ...tls, timeout: timeoutMs, signal, rejectUnauthorized: true };
  const timeouts = { headersTimeout: timeoutMs, bodyTimeout: timeoutMs };
  const common = {
    ...timeouts,
    connectTimeout: timeoutMs,
    connections,
    keepAliveTimeout: 4000,
    keepAliveMaxTimeout: 10_000,
  };
  const byProxy = {
    ...common,
    requestTls: connect,
    proxyTls: { timeout: timeoutMs, signal, rejectUnauthorized: true },
    // Plain HTTP is asked of the proxy itself: many refuse CONNECT to other ports than 443.
    proxyTunnel: false,
    clientFactory: (origin: URL, options: object): Dispatcher =>
      new Pool(origin, { ...options, ...timeouts }),
  };
  const closed = (dispatcher: Dispatcher): Dispatcher => givingUp(dispatcher, closing);
  if (proxy === 'none') return closed(new Agent({ ...common, connect }));
  if (proxy !== undefined) {
    return closed(new ProxyAgent({ ...byProxy, ...proxyAt(proxy, 'proxy') }));
  }
  const named = environmentNames.filter((name) => (process.env[name] ?? '') !== '');
  if (named.length === 0) return closed(new Agent({ ...common, connect }));
  for (const name of named) proxyAt(process.env[name] ?? '', `environment ${name}`);
  return closed(new EnvHttpProxyAgent({ ...byProxy, connect }));
}

/**
 * The library forgets a connection that is being opened, but does not end it: a server that is silent in
 * the handshake would keep the process from ending until the time is up.
 */
function givingUp(dispatcher: Dispatcher, closing: AbortController): Dispatcher {
  const destroy: (...args: readonly unknown[]) => unknown = dispatcher.destroy.bind(dispatcher);
  // It calls itself, with more arguments.
  return Object.assign(dispatcher, {
    destroy: (...args: readonly unknown[]): unknown => {
      const destroyed = destroy(...args);
      closing.abort();
      return destroyed;
    },
  });
}

function proxyAt(text: string, where: string): { readonly uri: string; readonly token?: string } {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    throw new ServiceError('TF_CONFIG', 'the address of the proxy is none', {
      where,
      hint: 'write http://HOST:PORT, with USER:PASSWORD@ before the host if it asks for them; "none" for no proxy',
    });
  }
  const { username, password } = url;
  if (username === '' && password === '') return { uri: url.href };
  url.username = '';
  url.password = '';
  return { uri: url.href, token: basic(decoded(username), decoded(password)) };
}

/** The value of a header Authorization or Proxy-Authorization (RFC 7617, UTF-8). */
export function basic(username: string, password: string): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}

/** Percent escapes undone; a stray percent sign stays as it is. */
export function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
