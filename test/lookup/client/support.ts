import type { LookupKind, LookupObject } from '../../../forwarder/lookup/lookup-object.js';
import type { LookupFailure, LookupResult } from '../../../forwarder/lookup/lookup-result.js';
import { openPortal, type Portal, type PortalOptions } from '../../../forwarder/lookup/index.js';
import type { TestPortal } from '../../portal/test-portal.js';

/** Noon of a day that nothing else depends on. */
export const noonMs = Date.UTC(2026, 10, 21, 12);

export const ip: LookupObject = object('ip', '192.0.2.1');

export function object(kind: LookupKind, value: string): LookupObject {
  return { kind, value, text: value };
}

/** Portals that a test opened; closeAll() after it. */
export class Opened {
  readonly #portals: Portal[] = [];

  /** Opens the client for a portal of the tests: name, password and certificate unless told otherwise. */
  async open(
    server: TestPortal,
    more: Partial<PortalOptions> & { readonly isOpenTip?: boolean } = {},
  ): Promise<Portal> {
    const { isOpenTip = false, ...options } = more;
    const { username, password, token } = server.credentials;
    const portal = await openPortal({
      portal: isOpenTip ? 'opentip' : 'tip',
      url: server.url,
      credentials: isOpenTip ? { token } : { username, password, cert: server.clientCert.pemFile },
      ca: server.caFile,
      proxy: 'none',
      timeoutMs: 20_000,
      requestsPerSecond: 1000,
      maxConcurrent: 4,
      clock: Date.now,
      retryPauseMs: 1,
      ...options,
    });
    this.#portals.push(portal);
    return portal;
  }

  async closeAll(): Promise<void> {
    await Promise.all(this.#portals.splice(0).map((portal) => portal.close()));
  }
}

type Failed = Extract<LookupResult, { readonly kind: 'failed' }>;

/** The failure a result must be. */
export function failureOf(result: LookupResult): Failed {
  if (result.kind !== 'failed') throw new Error(`no failure, but ${result.kind}`);
  return result;
}

/** Its kind alone, or what it is instead. */
export function outcome(result: LookupResult): LookupFailure | 'report' | 'no-data' {
  return result.kind === 'failed' ? result.failure : result.kind;
}
