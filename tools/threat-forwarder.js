#!/usr/bin/env node
// The package's bin: committed, so that npm can link it before anything is built.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

// A SIGHUP before the service listens for it must not end the process; the configuration is read
// afterwards anyhow.
if (process.argv[2] === 'run') process.on('SIGHUP', () => undefined);

const cli = new URL('../dist/forwarder/cli.js', import.meta.url);
if (existsSync(fileURLToPath(cli))) {
  const { main } = await import(cli.href);
  await main(process.argv.slice(2));
} else {
  process.stderr.write(
    'threat-forwarder: the package is not built (dist/ is missing); run "npm ci" in its folder\n',
  );
  process.exitCode = 70;
}
