/**
 * The service as it is, in a process whose main loop can be made to hang: `hang MS` on standard input
 * keeps it busy for so long. Arguments: those of `run`. Standard error says `hangs` and `moves`.
 */
import { loadConfig } from '../../../forwarder/config/index.js';
import { Service } from '../../../forwarder/service/service.js';
import { createLogger, createMetrics } from '../../../forwarder/telemetry/index.js';

const [file] = process.argv.slice(2);
const load = () =>
  loadConfig({
    file: file ?? '',
    set: [],
    env: {},
    cwd: process.cwd(),
    packageDirectory: process.cwd(),
  });
const service = await Service.start({
  loaded: await load(),
  reread: load,
  logger: await createLogger({ level: 'info', format: 'json' }),
  metrics: createMetrics(),
});
process.stderr.write('{"code":"test.ready"}\n');

process.stdin.setEncoding('utf8').on('data', (text: string) => {
  for (const command of text.trim().split('\n')) {
    const ms = Number(command.slice('hang '.length));
    const until = performance.now() + ms;
    while (performance.now() < until);
    process.stderr.write('{"code":"test.moves"}\n');
  }
});
process.stdin.on('end', () => {
  void service.stop().then(() => {
    process.exit(0);
  });
});
