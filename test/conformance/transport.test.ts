import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, afterEach, describe, expect, test } from '@jest/globals';

import { syslogHeader } from '../../dsm/syslog/header.js';
import { ServiceError } from '../../forwarder/core/index.js';
import { checkCollector } from '../../forwarder/delivery/collector-options.js';
import { createTransport, transportKinds } from '../../forwarder/delivery/transports/index.js';
import type {
  CollectorTransport,
  TransportKind,
  TransportSettings,
} from '../../forwarder/delivery/transports/index.js';
import { createAuthority, whyNoCertificates } from '../support/certificates.js';
import { refusingUrl, startFakeCollector, until } from '../faults/fake-collector.js';
import type { Behaviour, FakeCollector } from '../faults/fake-collector.js';
import { messageOf, messagesOf, numbersOf } from '../faults/messages.js';
import { startFakeOutput } from '../faults/fake-output.js';

/**
 * What every transport of forwarder/delivery/transports/index.ts promises. A new one is covered by
 * being in that list (and by a fake collector for its scheme).
 */
const settings: TransportSettings = {
  identifier: 'KL_Threat_Feed_Service_V2',
  facility: 16,
  severity: 6,
  connectTimeoutMs: 2000,
  stallTimeoutMs: 2000,
};

const noCertificates = whyNoCertificates();
const authority = noCertificates === undefined ? createAuthority('Conformance CA') : undefined;
const server = authority?.issue({ name: 'server', names: 'DNS:localhost,IP:127.0.0.1' });
const folder = mkdtempSync(join(tmpdir(), 'tf-transport-'));
const never = new AbortController().signal;

afterAll(() => {
  authority?.remove();
  rmSync(folder, { recursive: true, force: true });
});

/** A kind of transport in one of its variants. */
interface Subject {
  readonly kind: TransportKind;
  readonly scheme: TransportKind['scheme'];
  readonly assured?: boolean;
}

interface Rig {
  readonly peer: FakeCollector;
  readonly transport: CollectorTransport;
  readonly losses: Error[];
}

const opened: Rig[] = [];

afterEach(async () => {
  for (const { transport, peer } of opened.splice(0)) {
    await transport.close(0);
    await peer.stop('reset');
  }
});

async function rigOf(subject: Subject, options: RigOptions = {}): Promise<Rig> {
  const { behaviour = { kind: 'read' }, ...changed } = options;
  const losses: Error[] = [];
  const { peer, transport } = await connectable(subject, behaviour, { ...settings, ...changed });
  transport.onLost = (error) => losses.push(error);
  const rig = { peer, transport, losses };
  opened.push(rig);
  return rig;
}

type RigOptions = Partial<TransportSettings> & { readonly behaviour?: Behaviour };

async function connectable(
  { kind, assured }: Subject,
  behaviour: Behaviour,
  used: TransportSettings,
): Promise<{ peer: FakeCollector; transport: CollectorTransport }> {
  if (kind.scheme === 'stdout') {
    const { peer, output } = startFakeOutput(behaviour);
    return { peer, transport: createTransport(undefined, { ...used, output }) };
  }
  const peer = await startFakeCollector({
    scheme: kind.scheme,
    behaviour,
    path: join(folder, `${Math.random().toString(36).slice(2)}.sock`),
    ...(server === undefined ? {} : { tls: { cert: server.cert, key: server.key } }),
  });
  const ca = kind.scheme === 'tls' ? authority?.certFile : undefined;
  return { peer, transport: createTransport(checkCollector({ url: peer.url, ca, assured }), used) };
}

const subjects = transportKinds.flatMap((kind): (readonly [string, Subject])[] => {
  const { scheme } = kind;
  if (scheme !== 'tcp' && scheme !== 'tls') return [[scheme, { kind, scheme }]];
  return [
    [`${scheme}, assured`, { kind, scheme }],
    [`${scheme}, not assured`, { kind, scheme, assured: false }],
  ];
});
const streams = subjects.filter(([, { scheme }]) => scheme !== 'udp');
const sockets = streams.filter(([, { scheme }]) => scheme !== 'stdout');
const runnable = (list: typeof subjects): typeof subjects =>
  noCertificates === undefined ? list : list.filter(([, { scheme }]) => scheme !== 'tls');

if (noCertificates !== undefined) {
  const skipped = test.skip;
  skipped(`tls:// left out, because ${noCertificates}`, () => undefined);
}

describe.each(runnable(subjects))('%s: every transport', (_name, subject) => {
  test('delivers a line with the syslog header of the message, once, in order', async () => {
    const { transport, peer, losses } = await rigOf(subject);
    await transport.open(never);
    expect(await transport.write(messagesOf(3))).toBe(3);
    expect(await transport.write([])).toBe(0);
    expect(await transport.write([messageOf(3)])).toBe(1);
    await peer.waitFor(4);
    expect(numbersOf(peer.lines)).toEqual([0, 1, 2, 3]);
    const { facility, severity, identifier: host } = settings;
    const { atMs, body } = messageOf(0);
    expect(peer.lines[0]).toBe(syslogHeader({ facility, severity, host, atMs }) + body);
    expect(losses).toEqual([]);
  });

  test('delivers 10,000 messages exactly once when nothing fails', async () => {
    const { transport, peer } = await rigOf(subject);
    await transport.open(never);
    const messages = messagesOf(10_000, 300);
    for (let from = 0; from < messages.length; from += 1000) {
      expect(await transport.write(messages.slice(from, from + 1000))).toBe(1000);
    }
    await peer.waitFor(10_000);
    expect(numbersOf(peer.lines)).toEqual(messages.map((_, index) => index));
  });

  test('close() right after a write loses nothing', async () => {
    const { transport, peer } = await rigOf(subject);
    await transport.open(never);
    expect(await transport.write(messagesOf(1000, 300))).toBe(1000);
    await transport.close(2000);
    await transport.close(2000);
    await peer.waitFor(1000);
    expect(peer.lines).toHaveLength(1000);
    expect(peer.fragments).toEqual([]);
  });

  test('makes one line of a body with line breaks, and keeps characters beyond ASCII', async () => {
    const { transport, peer } = await rigOf(subject);
    await transport.open(never);
    const body =
      'LEEF:1.0|a|b|c|d|usrName=Zoë\tx=1\n<134>Jul  1 10:10:14 evil LEEF:1.0|\r\n\u0000\n';
    expect(await transport.write([{ ...messageOf(0), body }, messageOf(1)])).toBe(2);
    await peer.waitFor(2);
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect(peer.lines).toHaveLength(2);
    expect(peer.lines[0]).toContain('usrName=Zoë\tx=1 <134>Jul');
    expect(peer.lines[0]).not.toMatch(/[\r\n\0]/);
    expect(numbersOf(peer.lines)[1]).toBe(1);
  });

  test.each(['local', 'utc'] as const)(
    'writes the time of the %s zone; survives times that are none and the ends of the calendar',
    async (timeZone) => {
      const { transport, peer } = await rigOf(subject, { timeZone });
      await transport.open(never);
      const times = [Number.NaN, 0, 8.64e15, Date.UTC(2026, 0, 1), Date.UTC(2026, 11, 31, 23, 5)];
      const messages = times.map((atMs) => ({ ...messageOf(0), atMs }));
      expect(await transport.write(messages)).toBe(times.length);
      await peer.waitFor(times.length);
      const { facility, severity, identifier: host } = settings;
      const header = (atMs: number): string =>
        syslogHeader({ facility, severity, host, atMs, timeZone });
      expect(peer.lines).toEqual(times.map((atMs) => header(atMs) + messageOf(0).body));
    },
  );

  test('takes nothing before open(), after close(), and can be opened again', async () => {
    const { transport, peer, losses } = await rigOf(subject);
    expect(await transport.write([messageOf(0)])).toBe(0);
    await transport.open(never);
    expect(await transport.write([messageOf(1)])).toBe(1);
    await transport.close(1000);
    expect(await transport.write([messageOf(2)])).toBe(0);
    await transport.open(never);
    expect(await transport.write([messageOf(3)])).toBe(1);
    await peer.waitFor(2);
    expect(numbersOf(peer.lines)).toEqual([1, 3]);
    expect(losses).toEqual([]);
  });

  test('names itself without secrets and has limits', async () => {
    const { transport, peer } = await rigOf(subject);
    expect(transport.url).toBe(peer.url);
    expect(transport.maxMessageBytes).toBe(subject.scheme === 'udp' ? 1000 : 4000);
    expect(transport.hardLimitBytes).toBeGreaterThanOrEqual(transport.maxMessageBytes);
  });
});

describe.each(runnable(streams))('%s: every stream', (_name, subject) => {
  test('waits for a slow reader and delivers everything', async () => {
    const { transport, peer, losses } = await rigOf(subject, {
      behaviour: { kind: 'slow', bytesPerSecond: 20_000_000 },
    });
    await transport.open(never);
    const messages = messagesOf(4000, 1000);
    expect(await transport.write(messages)).toBe(4000);
    await transport.close(4000);
    await peer.waitFor(4000);
    expect(numbersOf(peer.lines)).toEqual(messages.map((_, index) => index));
    expect(losses).toEqual([]);
  });

  test('reports a loss in the middle of a batch once, and a count that can be right', async () => {
    const { transport, peer, losses } = await rigOf(subject, {
      behaviour: { kind: 'reset-after', bytes: 100_000 },
    });
    await transport.open(never);
    const taken = await transport.write(messagesOf(20_000, 1000));
    expect(taken).toBeLessThan(20_000);
    expect(losses).toHaveLength(1);
    expect(losses[0]).toBeInstanceOf(ServiceError);
    // The collector had no message that was not sent, in order from the first.
    expect(numbersOf(peer.lines)).toEqual(peer.lines.map((_, index) => index));
    expect(await transport.write([messageOf(0)])).toBe(0);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(losses).toHaveLength(1);
  });
});

describe.each(runnable(sockets))('%s: every connection', (_name, subject) => {
  test('refused: rejects with a retryable error that says what to do', async () => {
    const url =
      subject.scheme === 'unix'
        ? `unix://${join(folder, 'nobody.sock')}`
        : await refusingUrl(subject.scheme as 'tcp');
    const transport = createTransport(checkCollector({ url, assured: subject.assured }), settings);
    const problem = await transport.open(never).catch((error: unknown) => error);
    expect(problem).toBeInstanceOf(ServiceError);
    expect(problem).toMatchObject({ code: 'TF_COLLECTOR', retryable: true, where: url });
    expect((problem as ServiceError).hint).toMatch(/start the collector/);
  });

  test.each(['reset-on-accept', 'end-on-accept'] as const)(
    '%s: is told, at the latest after the first batch',
    async (behaviour) => {
      const { transport, losses } = await rigOf(subject, { behaviour: { kind: behaviour } });
      const refusal: unknown = await transport.open(never).catch((error: unknown) => error);
      if (refusal !== undefined) {
        // Told at once is as good.
        expect(refusal).toMatchObject({ code: 'TF_COLLECTOR', retryable: true });
        expect(losses).toEqual([]);
        return;
      }
      await until('the loss', () => losses.length > 0);
      expect(await transport.write([messageOf(0)])).toBe(0);
      expect(losses).toHaveLength(1);
    },
  );

  test('a peer that ends its side while nothing is sent is lost', async () => {
    const { transport, peer, losses } = await rigOf(subject);
    await transport.open(never);
    await peer.waitForConnections(1);
    await peer.stop();
    await until('the loss', () => losses.length > 0);
    expect(losses).toHaveLength(1);
  });

  test('FIN in the middle of a batch ends the write', async () => {
    const { transport, losses } = await rigOf(subject, {
      behaviour: { kind: 'end-after', bytes: 50_000 },
    });
    await transport.open(never);
    expect(await transport.write(messagesOf(20_000, 1000))).toBeLessThan(20_000);
    expect(losses).toHaveLength(1);
  });

  test('a peer that never reads is given up after the stall limit', async () => {
    const { transport, losses } = await rigOf(subject, {
      behaviour: { kind: 'stall' },
      stallTimeoutMs: 150,
      assurance: { stallMs: 150 },
    });
    await transport.open(never);
    const taken = await transport.write(messagesOf(20_000, 1000));
    expect(taken).toBeLessThan(20_000);
    expect(losses).toHaveLength(1);
    expect(losses[0]?.message).toBe('the collector took nothing for 150 ms');
  });

  test('close() with a deadline ends a write to a peer that never reads', async () => {
    const { transport, losses } = await rigOf(subject, { behaviour: { kind: 'stall' } });
    await transport.open(never);
    const writing = transport.write(messagesOf(20_000, 1000));
    await new Promise((resolve) => setTimeout(resolve, 50));
    await transport.close(50);
    expect(await writing).toBeLessThan(20_000);
    expect(losses).toEqual([]);
  });

  test('connects again after a restart of the peer', async () => {
    const { transport, peer, losses } = await rigOf(subject);
    await transport.open(never);
    expect(await transport.write([messageOf(0)])).toBe(1);
    await peer.waitFor(1);
    await peer.stop('reset');
    await until('the loss', () => losses.length > 0);
    await expect(transport.open(never)).rejects.toBeInstanceOf(ServiceError);
    const again = await startFakeCollector({
      scheme: subject.scheme as 'tcp',
      port: peer.port,
      path: peer.url.replace('unix://', ''),
      ...(server === undefined ? {} : { tls: { cert: server.cert, key: server.key } }),
    });
    await transport.open(never);
    expect(await transport.write([messageOf(1)])).toBe(1);
    await again.waitFor(1);
    expect(numbersOf(again.lines)).toEqual([1]);
    await transport.close(1000);
    await again.stop();
    expect(losses).toHaveLength(1);
  });

  test('an aborted or closed attempt rejects and leaves no connection', async () => {
    const { transport, peer } = await rigOf(subject);
    const aborted = new AbortController();
    const first = transport.open(aborted.signal);
    aborted.abort();
    await expect(first).rejects.toBeInstanceOf(ServiceError);
    const second = transport.open(never);
    await transport.close(100);
    await expect(second).rejects.toBeInstanceOf(ServiceError);
    await until('no connection', () => peer.openConnections === 0);
    expect(await transport.write([messageOf(0)])).toBe(0);
    await transport.open(never);
    expect(await transport.write([messageOf(1)])).toBe(1);
    await peer.waitFor(1);
    expect(numbersOf(peer.lines)).toEqual([1]);
  });
});
