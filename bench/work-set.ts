import { createWriteStream } from 'node:fs';
import { once } from 'node:events';

/** What a run works on. The same parameters and seed give the same bytes on every machine. */
export interface WorkSet {
  readonly seed: number;
  readonly events: number;
  readonly indicators: number;
  /** Share of events that hold one known indicator, 0 to 1. */
  readonly hitRate: number;
}

/** Numbers that look random and repeat for a seed (mulberry32). */
export function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/** The indicator of a number: hashes, domains and addresses by turns, never one of clean events. */
export function indicatorOf(number: number): { readonly field: string; readonly value: string } {
  const hex = (salt: number): string =>
    (Math.imul(number + 1, salt) >>> 0).toString(16).padStart(8, '0');
  switch (number % 4) {
    case 0:
      return { field: 'MD5', value: hex(2654435761) + hex(40503) + hex(97) + hex(7919) };
    case 1:
      return { field: 'mask', value: `bad${number.toString(36)}.listed.example` };
    case 2:
      return {
        field: 'ip',
        value: `203.${(number >>> 16) & 255}.${(number >>> 8) & 255}.${number & 255}`,
      };
    default:
      return { field: 'mask', value: `site${number.toString(36)}.example/folder/*` };
  }
}

/** Writes the indicators as one feed of Kaspersky's shape. */
export async function writeFeed(path: string, count: number): Promise<void> {
  const file = createWriteStream(path);
  file.write('[\n');
  for (let number = 0; number < count; number += 1) {
    const { field, value } = indicatorOf(number);
    const record = { id: number, [field]: value, first_seen: '01.01.2026 00:00', popularity: 1 };
    const text = `${JSON.stringify(record)}${number + 1 < count ? ',' : ''}\n`;
    if (!file.write(text)) await once(file, 'drain');
  }
  file.end(']\n');
  await once(file, 'close');
}

/** Events ready to be sent, and how many of them hold a known indicator. */
export interface EventBlock {
  readonly bytes: Buffer;
  readonly hits: number;
}

/** The events as JSA sends them, in blocks of about 64 KiB. */
export function* eventBlocks(set: WorkSet): Generator<EventBlock> {
  const random = randomNumbers(set.seed);
  let lines: string[] = [];
  let size = 0;
  let hits = 0;
  for (let number = 0; number < set.events; number += 1) {
    const isHit = random() < set.hitRate;
    const line = eventLine(random, isHit ? Math.floor(random() * set.indicators) : undefined);
    lines.push(line);
    size += line.length;
    if (isHit) hits += 1;
    if (size >= 65536) {
      yield { bytes: Buffer.from(lines.join('')), hits };
      lines = [];
      size = 0;
      hits = 0;
    }
  }
  if (lines.length > 0) yield { bytes: Buffer.from(lines.join('')), hits };
}

/** One event of about 630 bytes: a proxy's line in JSA's JSON object, with about ten candidates. */
function eventLine(random: () => number, hit: number | undefined): string {
  const byte = (): number => Math.floor(random() * 256);
  const host = `host${Math.floor(random() * 1e6).toString(36)}.clean.example`;
  const indicator = hit === undefined ? undefined : indicatorOf(hit);
  const url =
    indicator?.field === 'mask'
      ? `http://${indicator.value.replace('*', 'x.html')}`
      : `https://${host}/path/${Math.floor(random() * 1e9).toString(36)}?q=1`;
  const hash =
    indicator?.field === 'MD5'
      ? indicator.value
      : Array.from({ length: 4 }, () =>
          Math.floor(random() * 4294967296)
            .toString(16)
            .padStart(8, '0'),
        ).join('');
  const destination = indicator?.field === 'ip' ? indicator.value : `198.51.${byte()}.${byte()}`;
  const source = `10.${byte()}.${byte()}.${byte()}`;
  return (
    `{"name":"DefaultProfile","version":"1.0","type":"Event","category":"TCP_MISS","sev":"2","src":"${source}",` +
    `"dst":"${destination}","srcPort":"51544","dstPort":"443","usrName":"EXAMPLE\\\\user","devTimeEpoch":"1752142212001",` +
    `"payload":"<134>Jul 10 10:10:14 proxy01 squid[811]: 1752142214.001 183 ${source} TCP_MISS\\/200 5321 GET ${url} ` +
    `EXAMPLE\\\\user HIER_DIRECT\\/${destination}\\ttext\\/html\\tmd5=${hash}\\tref=www.${host}\\n","eventCnt":"1",` +
    `"eventName":"Web Request Allowed","lowLevelCategory":"Web Opened","logSource":"Squid @ proxy01",` +
    `"logSourceType":"Squid Web Proxy","logSourceIdentifier":"proxy01"}\n`
  );
}
