import { spawn } from 'node:child_process';
import { once } from 'node:events';

import { createAuthority } from '../../support/certificates.js';

/** A server of openssl's, which says in TLS what it does not like: it wants a certificate of an authority. */
export async function startOpenssl(clientCa: string): Promise<{
  readonly port: number;
  readonly caFile: string;
  close(): Promise<void>;
}> {
  const authority = createAuthority('openssl');
  const { certFile, keyFile } = authority.issue({ name: 'server', names: 'IP:127.0.0.1' });
  const files = ['-cert', certFile, '-key', keyFile, '-CAfile', clientCa];
  const strictly = ['-Verify', '1', '-verify_return_error', '-www'];
  const server = spawn('openssl', ['s_server', '-accept', '127.0.0.1:0', ...files, ...strictly], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const ended = once(server, 'exit');
  let said = '';
  let port: number | undefined;
  for await (const chunk of server.stdout as AsyncIterable<Buffer>) {
    said += chunk.toString();
    port = Number(/ACCEPT \S*:(\d+)/.exec(said)?.[1]);
    if (port > 0) break;
  }
  if (port === undefined || !(port > 0)) throw new Error(`openssl does not listen: ${said}`);
  return {
    port,
    caFile: authority.certFile,
    close: async () => {
      server.kill();
      await ended;
      authority.remove();
    },
  };
}
