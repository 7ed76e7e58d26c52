import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { ServiceError } from '../../../forwarder/core/index.js';
import type { Access } from '../../../forwarder/net/index.js';
import { startProxyServer, type ProxyServer } from '../../support/https-server-proxy.js';
import {
  startWebServer,
  type WebServer,
  type WebServerOptions,
} from '../../support/https-server.js';

/** 2026-05-01, the time of every test. */
export const nowMs = Date.UTC(2026, 4, 1);

/** Servers and a folder for the tests of one file; clean() after each test. */
export class Setting {
  readonly #open: { close(): Promise<void> }[] = [];
  readonly #folders: string[] = [];

  async server(options?: WebServerOptions): Promise<WebServer> {
    return this.keep(await startWebServer(options));
  }

  async proxy(credentials?: string): Promise<ProxyServer> {
    return this.keep(await startProxyServer(credentials));
  }

  folder(): string {
    const folder = mkdtempSync(join(tmpdir(), 'tf-fetch-'));
    this.#folders.push(folder);
    return folder;
  }

  /** Has a server closed after the test. */
  keep<T extends { close(): Promise<void> }>(one: T): T {
    this.#open.push(one);
    return one;
  }

  async clean(): Promise<void> {
    await Promise.all(this.#open.splice(0).map((one) => one.close()));
    for (const folder of this.#folders.splice(0)) rmSync(folder, { recursive: true, force: true });
  }
}

export function access(more: Partial<Access> = {}): Access {
  return { proxy: 'none', timeoutMs: 5000, maxBytes: 1_000_000, retryPauseMs: 1, ...more };
}

/** The fault that a promise ends with. */
export async function faultOf(promise: Promise<unknown>): Promise<ServiceError> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof ServiceError) return error;
    throw error;
  }
  throw new Error('There was no fault.');
}
