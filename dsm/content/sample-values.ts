import { createHash } from 'node:crypto';

/** The LEEF header of both log sources' events, but for the event id. */
export const sampleHeaders = {
  service: { vendor: 'Kaspersky Lab', product: 'Threat Feed Service', version: '2.0' },
  tool: { vendor: 'Kaspersky Lab', product: 'Verification Tool', version: '1.0' },
} as const;

/** When the first of the sample events happened; each one is a second later than the one before. */
export const samplesStartMs = Date.UTC(2026, 10, 21, 9, 0, 0);

const hosts = ['files', 'login', 'update', 'cdn', 'mail', 'static'] as const;
const zones = ['example.com', 'example.net', 'example.org'] as const;
const users = ['a.berger', 'b.costa', 'c.duval', 'd.evans', 'e.fischer'] as const;
const countries = ['de, fr', 'us, ca', 'br', 'jp, kr', 'nl'] as const;
const threats = [
  'HEUR:Trojan.Win32.Generic',
  'Trojan-Downloader.Script.Generic',
  'Backdoor.Linux.Example.a',
] as const;

/**
 * Texts of a realistic form for the sample event of a number. Hosts and addresses are those set apart for
 * documentation (RFC 2606, RFC 5737); the same number gives the same texts for ever.
 */
export function sampleValues(number: number) {
  const host = `${pick(hosts, number)}-${number}.${pick(zones, number)}`;
  return {
    atMs: samplesStartMs + number * 1000,
    host,
    url: `http://${host}/get/${digest('md5', `path ${number}`).slice(0, 8)}.bin`,
    ip: `203.0.113.${1 + (number % 254)}`,
    md5: digest('md5', `file ${number}`),
    sha1: digest('sha1', `file ${number}`),
    sha256: digest('sha256', `file ${number}`),
    user: pick(users, number),
    src: `192.0.2.${100 + (number % 100)}`,
    dst: `198.51.100.${1 + (number % 254)}`,
    messageId: digest('sha256', `message ${number}`).slice(0, 24),
    threat: pick(threats, number),
    geo: pick(countries, number),
    popularity: String(1 + (number % 5)),
    threatScore: String(50 + (number % 50)),
  } as const;
}

function digest(algorithm: 'md5' | 'sha1' | 'sha256', text: string): string {
  return createHash(algorithm).update(text).digest('hex');
}

function pick<Value>(values: readonly [Value, ...Value[]], number: number): Value {
  return values[number % values.length] ?? values[0];
}
