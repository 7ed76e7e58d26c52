import { once } from 'node:events';
import { createSocket } from 'node:dgram';

import { describe, expect, test } from '@jest/globals';

import {
  openSyslogSender,
  parseSyslogTarget,
  sendGently,
  syslogTargetText,
} from '../../../verification/console/index.js';
import { startCollector } from '../../../verification/index.js';

describe('the address of an event collector', () => {
  test.each([
    ['192.0.2.10:514', 'tcp://192.0.2.10:514'],
    ['jsa.example.org', 'tcp://jsa.example.org:514'],
    ['udp://192.0.2.10', 'udp://192.0.2.10:514'],
    ['TLS://jsa.example.org/', 'tls://jsa.example.org:6514'],
    ['tcp://[2001:db8::1]:1514', 'tcp://[2001:db8::1]:1514'],
  ])('%s', (text, shown) => {
    expect(syslogTargetText(parseSyslogTarget(text, '--syslog'))).toBe(shown);
  });

  test.each([
    '',
    ':514',
    'http://a:1',
    'a:0',
    'a:65536',
    'a:b',
    'tcp://user:secret@host:514',
    'a b',
  ])('not "%s", and what stands there is not repeated', (text) => {
    const parse = () => parseSyslogTarget(text, '--syslog');
    expect(parse).toThrow(expect.objectContaining({ code: 'TF_USAGE', where: '--syslog' }));
    expect(parse).not.toThrow(/secret/);
  });
});

describe('sending as a log source', () => {
  test('over TCP every line ends, and none breaks', async () => {
    const collector = await startCollector('tcp://127.0.0.1:0');
    const sender = await openSyslogSender(parseSyslogTarget(collector.url, 'test'), 5000);
    expect(await sendGently(sender, ['one', 'two\nthree'], { pauseMs: 0 })).toBe(2);
    sender.close();
    const lines: string[] = [];
    while (lines.length < 2) {
      await collector.waitForLine(10_000);
      lines.push(...collector.take());
    }
    expect(lines).toEqual(['one', 'two three']);
    await collector.close();
  });

  test('over UDP a datagram is an event', async () => {
    const socket = createSocket('udp4').bind(0, '127.0.0.1');
    await once(socket, 'listening');
    const received = once(socket, 'message') as Promise<[Buffer]>;
    const target = { scheme: 'udp', host: '127.0.0.1', port: socket.address().port } as const;
    const sender = await openSyslogSender(target, 5000);
    expect(await sender.send('an event')).toBe(true);
    expect((await received)[0].toString()).toBe('an event');
    sender.close();
    socket.close();
  });

  test('a collector that is not there is told by its name', async () => {
    const collector = await startCollector('tcp://127.0.0.1:0');
    const target = parseSyslogTarget(collector.url, 'test');
    await collector.close();
    await expect(openSyslogSender(target, 5000)).rejects.toMatchObject({
      code: 'TF_PEER_UNAVAILABLE',
      message: expect.stringContaining('The event collector does not take the connection'),
    });
  });

  test('stops when asked to', async () => {
    const stop = new AbortController();
    const sent: string[] = [];
    const sender = {
      address: 'test',
      send: (line: string) => {
        sent.push(line);
        stop.abort();
        return Promise.resolve(true);
      },
      close: () => undefined,
    };
    const lines = ['a', 'b', 'c'];
    expect(await sendGently(sender, lines, { pauseMs: 60_000, signal: stop.signal })).toBe(1);
    expect(sent).toEqual(['a']);
  });
});
