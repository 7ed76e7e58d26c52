import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { performance } from 'node:perf_hooks';
import { setImmediate } from 'node:timers/promises';
import { checkServerIdentity, connect, createSecureContext } from 'node:tls';
import type { SecureContext, TLSSocket } from 'node:tls';

import { messageOf } from '../../core/index.js';
import type { ServiceError } from '../../core/index.js';
import type { Collector } from '../collector-options.js';
import { AssuredConnection } from './assured/assured-connection.js';
import { connectSocket } from './connect-socket.js';
import { ConnectionTransport } from './connection-transport.js';
import { networkAddressOf, streamLineBytes } from './kind.js';
import type { TransportKind, TransportSettings } from './kind.js';
import { connected } from './socket.js';
import { StreamConnection } from './stream.js';
import { noAnswer, TlsFailure, tlsFault, unusableFile } from './tls-faults.js';

/** The part of the time to connect by which the handshake is to be done. */
const handshakeShare = 0.9;

/** TLS 1.3: so long a collector may take to refuse our certificate after the handshake is done. */
const verdictMs = 500;

/**
 * `tls://`: the lines of `tcp://` inside TLS 1.2 or later (RFC 5425, but LF instead of octet counting,
 * as QRadar wants it). Fails closed: without a certificate that is valid, signed by a trusted
 * authority and made for the expected name, nothing is sent; no option switches that off. The files
 * are read anew for each connection, so that a renewed certificate needs no restart.
 */
export const streamTls: TransportKind = {
  scheme: 'tls',
  summary: 'syslog over TLS 1.2 or later, LF after each message',
  isCheckable: true,
  create(collector, settings) {
    const target = networkAddressOf(collector);
    const { host, url } = target;
    const isAssured = collector?.assured !== false;
    const expectedName = collector?.serverName ?? host;
    return new ConnectionTransport(
      {
        url,
        maxMessageBytes: streamLineBytes,
        hardLimitBytes: Number.POSITIVE_INFINITY,
        isAssured,
        explain: (error) => {
          const fault = tlsFault(url, error, expectedName);
          countFailure(fault, url, settings);
          return fault;
        },
        connect: async (signal, onDown) => {
          const secureContext = await contextOf(url, collector);
          const handshakeByMs = performance.now() + settings.connectTimeoutMs * handshakeShare;
          const raw = await connectSocket(target, settings, signal);
          // Its errors are also those of the socket upon it.
          raw.on('error', () => undefined);
          const stream = connect({
            socket: raw,
            secureContext,
            rejectUnauthorized: true,
            // An address cannot be asked for by name (RFC 6066, 3) but is compared all the same.
            ...(isIP(expectedName) === 0 ? { servername: expectedName } : {}),
            checkServerIdentity: (_name, certificate) =>
              checkServerIdentity(expectedName, certificate),
          });
          const isAccepted = once(stream, 'session', { signal });
          isAccepted.catch(() => undefined);
          await handshake(url, stream, handshakeByMs - performance.now(), signal);
          await verdict(stream, isAccepted, signal);
          // `session` comes from inside OpenSSL's reading; a write there garbles the stream
          // ("bad record mac" at the peer, seen with Node 20).
          await setImmediate();
          return isAssured
            ? new AssuredConnection({ url, raw, stream }, settings, onDown)
            : new StreamConnection(stream, settings, onDown);
        },
      },
      settings,
    );
  },
};

/** Waits for the handshake, but leaves time to say that it was the handshake that was waited for. */
async function handshake(
  url: string,
  stream: TLSSocket,
  limitMs: number,
  signal: AbortSignal,
): Promise<void> {
  const limit = AbortSignal.timeout(Math.max(1, Math.ceil(limitMs)));
  try {
    await connected(stream, 'secureConnect', AbortSignal.any([signal, limit]));
  } catch (error) {
    throw error === limit.reason ? noAnswer(url) : error;
  }
}

/** Also one that comes after the handshake: a collector may judge our certificate late. */
function countFailure(fault: ServiceError, url: string, { counters }: TransportSettings): void {
  if (!(fault instanceof TlsFailure)) return;
  const labels = { collector: url, reason: fault.reason };
  const failures = counters?.counter('tf_delivery_tls_failures_total', labels);
  if (failures !== undefined) failures.value++;
}

/**
 * In TLS 1.3 the client is done before the server has judged the client's certificate: what is sent
 * in between would be lost. So this waits for the session ticket that follows a good verdict, for the
 * alert that follows a bad one (rejects), or, as not every server sends tickets, for `verdictMs`.
 */
async function verdict(
  socket: TLSSocket,
  isAccepted: Promise<unknown>,
  signal: AbortSignal,
): Promise<void> {
  if (socket.getProtocol() !== 'TLSv1.3') return;
  const limit = AbortSignal.any([signal, AbortSignal.timeout(verdictMs)]);
  try {
    const refused = once(socket, 'close', { signal: limit }).then(() => {
      throw new Error('the collector closed the connection after the handshake');
    });
    await Promise.race([isAccepted, refused]);
  } catch (error) {
    const isOnlySlow = limit.aborted && !signal.aborted && !socket.destroyed;
    if (isOnlySlow) return;
    socket.destroy();
    throw error;
  }
}

/**
 * Reads and checks the certificate files of a `tls://` collector, as a connection will. Throws
 * ServiceError TF_CONFIG.
 */
export async function checkTlsFiles(collector: Collector): Promise<void> {
  await contextOf(collector.shownUrl, collector);
}

async function contextOf(url: string, collector: Collector | undefined): Promise<SecureContext> {
  const [ca, cert, key] = await Promise.all([
    pemFile(url, 'ca', collector?.ca),
    pemFile(url, 'cert', collector?.cert),
    pemFile(url, 'key', collector?.key),
  ]);
  try {
    return createSecureContext({
      minVersion: 'TLSv1.2',
      ...(ca === undefined ? {} : { ca }),
      ...(cert === undefined ? {} : { cert }),
      ...(key === undefined ? {} : { key }),
      ...(collector?.passphrase === undefined ? {} : { passphrase: collector.passphrase }),
    });
  } catch (error) {
    throw unusableFile(url, error);
  }
}

async function pemFile(
  url: string,
  field: 'ca' | 'cert' | 'key',
  path: string | undefined,
): Promise<Buffer | undefined> {
  if (path === undefined) return undefined;
  let content: Buffer;
  try {
    content = await readFile(path);
  } catch (error) {
    throw new TlsFailure(
      'unusable_file',
      'TF_CONFIG',
      `"${field}" cannot be read: ${messageOf(error)}`,
      {
        where: url,
        hint: 'give the path of a PEM file that the service may read',
        cause: error,
      },
    );
  }
  // OpenSSL takes a file without any certificate for "trust nobody" and says nothing.
  if (!content.includes(field === 'key' ? 'PRIVATE KEY-----' : '-----BEGIN CERTIFICATE-----')) {
    throw new TlsFailure('unusable_file', 'TF_CONFIG', `"${field}" is no PEM file: ${path}`, {
      where: url,
      hint: 'convert it with openssl: x509 -inform DER for a certificate, pkcs8 -inform DER for a key',
    });
  }
  return content;
}
