import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { TestPortal } from '../portal/test-portal.js';
import { runCli } from '../support/service-process.js';
import type { Finished } from '../support/service-process.js';

/** A folder with a configuration for a portal of the tests. */
export interface LookupFolder {
  readonly path: string;
  readonly env: Readonly<Record<string, string>>;
  run(args: readonly string[], input?: string): Promise<Finished>;
  remove(): Promise<void>;
}

/** `token`, `ca`: those of the portal, when absent; `env`: more of the environment. */
export async function lookupFolder(
  portal: TestPortal,
  { token = portal.credentials.token, ca = portal.caFile, more = '', env: others = {} } = {},
): Promise<LookupFolder> {
  const path = await mkdtemp(join(tmpdir(), 'tf-lookup-'));
  const config = `lookup:
  url: ${portal.url}
  ca: ${ca}
  requestsPerSecond: 1000
  maxConcurrent: 8
  ${more}
  cache: { directory: cache }
`;
  await writeFile(join(path, 'forwarder.yaml'), config);
  const env = { ...others, KASPERSKY_API_TOKEN: token };
  return {
    path,
    env,
    run: (args, input) =>
      runCli(['lookup', ...args], {
        cwd: path,
        env,
        timeoutMs: 60_000,
        ...(input === undefined ? {} : { input }),
      }),
    remove: () => rm(path, { recursive: true, force: true }),
  };
}
