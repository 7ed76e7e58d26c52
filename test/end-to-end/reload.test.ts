import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';

import { startService } from '../support/service-process.js';
import type { ServiceProcess } from '../support/service-process.js';

const good = 'feeds: [{ path: feed.json }]\n';
const eventCount = 20_000;

let folder: string;
let service: ServiceProcess;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tf-reload-'));
  await writeFile(join(folder, 'feed.json'), '[{"mask":"bad.example"}]');
  await writeFile(join(folder, 'forwarder.yaml'), good);
});
afterEach(async () => {
  await service.stop();
  await rm(folder, { recursive: true });
});

async function metric(name: string): Promise<number> {
  const text = await (await fetch(`http://127.0.0.1:${service.httpPort}/metrics`)).text();
  const line = text.split('\n').find((candidate) => candidate.startsWith(`${name} `));
  return line === undefined ? Number.NaN : Number(line.slice(name.length + 1));
}

/** Bad configurations, and what the log must say: the place, and the field. */
const bad: readonly (readonly [string, string, readonly string[]])[] = [
  ['bad YAML', `${good}leef: [\n`, ['forwarder.yaml:']],
  ['an unknown field', `${good}leef: { dog: true }\n`, ['forwarder.yaml:2', 'leef.dog']],
  [
    'a bad pattern',
    `${good}sources: [{ name: x, pattern: "(unclosed", rules: [{ name: r, kind: url, pattern: "x" }] }]\n`,
    ['forwarder.yaml:2', 'sources[0].pattern'],
  ],
  [
    'a missing template folder',
    `${good}templates: { directory: nowhere }\n`,
    ['nowhere', 'cannot read the template'],
  ],
  [
    'a missing certificate of the listener',
    `${good}intake: { jsa: { tls: { cert: none.pem, key: none.key } } }\n`,
    ['none.pem', 'intake.jsa.tls.cert'],
  ],
  [
    'a missing authority of a collector',
    `${good}delivery: { collectors: [{ url: "tls://127.0.0.1:1", ca: none-ca.pem }] }\n`,
    ['none-ca.pem', 'forwarder.yaml:2', 'delivery.collectors[0]'],
  ],
];

describe('a reload that is refused', () => {
  test('keeps the old configuration, names place and field, is counted, and loses no event', async () => {
    service = await startService([], { cwd: folder });
    expect(await metric('tf_config_differs')).toBe(0);
    const sender = connect(service.jsaPort, '127.0.0.1');
    await once(sender, 'connect');
    let sent = 0;
    const send = (until: number): void => {
      let text = '';
      for (; sent < until; sent += 1) {
        text += sent % 20 === 0 ? `http://bad.example/ n=${sent}\n` : `quiet ${sent}\n`;
      }
      sender.write(text);
    };
    let refused = 0;
    for (const [name, text, expected] of bad) {
      const before = service.stderr().length;
      await writeFile(join(folder, 'forwarder.yaml'), text);
      send(sent + 1_000);
      service.signal('SIGHUP');
      refused += 1;
      const said = (): string => service.stderr().slice(before);
      await service.until(() => said().includes('service.reload_failed'), `refusal of ${name}`);
      for (const part of expected) expect(`${name}: ${said()}`).toContain(part);
      send(sent + 1_000);
      expect(await metric('tf_config_reloads_total{outcome="failed"}')).toBe(refused);
      expect(await metric('tf_config_differs')).toBe(1);
    }
    send(eventCount);
    sender.end();
    sender.resume();
    await once(sender, 'close');
    await service.until(
      () => service.stdout().split('|KL_feed_').length - 1 === eventCount / 20,
      'all detections',
    );
    expect(await metric('tf_events_received_total')).toBe(eventCount);
    expect(await metric('tf_events_total{outcome="matched"}')).toBe(eventCount / 20);

    await writeFile(join(folder, 'forwarder.yaml'), `${good}leef: { cat: true }\n`);
    service.signal('SIGHUP');
    await service.until(() => service.stderr().includes('service.reloaded'), 'reload');
    expect(await metric('tf_config_differs')).toBe(0);
    expect(await metric('tf_config_reloads_total{outcome="done"}')).toBe(1);
  }, 90_000);

  test('what only a restart changes is shown as a difference', async () => {
    service = await startService([], { cwd: folder });
    await writeFile(join(folder, 'forwarder.yaml'), `${good}leef: { facility: local3 }\n`);
    service.signal('SIGHUP');
    await service.until(() => service.stderr().includes('service.reloaded'), 'reload');
    expect(await metric('tf_config_differs')).toBe(1);
    await writeFile(join(folder, 'forwarder.yaml'), good);
    service.signal('SIGHUP');
    await service.until(
      () => service.stderr().split('service.reloaded').length === 3,
      'second reload',
    );
    expect(await metric('tf_config_differs')).toBe(0);
  }, 40_000);
});
