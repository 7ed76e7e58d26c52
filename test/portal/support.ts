import { readFileSync } from 'node:fs';
import { request, type RequestOptions } from 'node:https';

import type { TestPortal } from './test-portal.js';

export interface Received {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly text: string;
  /** Of the body; undefined when it is no JSON. */
  readonly json: Readonly<Record<string, unknown>> | undefined;
}

/** How a test asks: with certificate, name and password unless told otherwise. */
export interface Asking extends RequestOptions {
  readonly as?: 'basic' | 'token' | 'api-key' | 'nobody';
}

/** Asks the portal by hand, without the client that is tested elsewhere. Fails as node:https does. */
export function ask(portal: TestPortal, path: string, asking: Asking = {}): Promise<Received> {
  const { as = 'basic', ...options } = asking;
  const { username, password, token } = portal.credentials;
  const credentials: Readonly<Record<typeof as, RequestOptions>> = {
    basic: { auth: `${username}:${password}`, ...certificate(portal.clientCert.pemFile) },
    token: { headers: { authorization: `Bearer ${token}` } },
    'api-key': { headers: { 'x-api-key': token } },
    nobody: {},
  };
  const { hostname, port } = new URL(portal.url);
  return new Promise((done, failed) => {
    request(
      {
        ...{ hostname, port, path, agent: false, ca: readFileSync(portal.caFile) },
        ...credentials[as],
        ...options,
      },
      (response) => {
        const chunks: Buffer[] = [];
        response
          .on('data', (chunk: Buffer) => chunks.push(chunk))
          .on('error', failed)
          .on('end', () => {
            const text = Buffer.concat(chunks).toString('utf8');
            const { statusCode = 0, headers } = response;
            done({ status: statusCode, headers, text, json: parsed(text) });
          });
      },
    )
      .on('error', failed)
      .end();
  });
}

/** Certificate and key of a PEM file that holds both. */
export function certificate(pemFile: string): RequestOptions {
  const pem = readFileSync(pemFile);
  return { cert: pem, key: pem };
}

function parsed(text: string): Received['json'] {
  try {
    return JSON.parse(text) as Received['json'];
  } catch {
    return undefined;
  }
}
