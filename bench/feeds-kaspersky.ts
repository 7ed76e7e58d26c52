import { hashOf, randomNumbers } from './random.js';

const threats = ['HEUR:Trojan.Win32.Generic', 'Trojan-Banker.Win32.Agent', 'Backdoor.MSIL.Crysan'];
const countries = ['RU', 'US', 'DE', 'BR', 'CN', 'NL'];

/**
 * The text of a feed of Kaspersky's shape, in pieces of some records: URLs and masks with whois,
 * addresses and files, about 700 bytes a record.
 */
export function* kasperskyFeed(records: number, seed: number): Generator<string> {
  const random = randomNumbers(seed);
  const pieceRecords = 256;
  yield '[\n';
  for (let first = 0; first < records; first += pieceRecords) {
    const lines: string[] = [];
    for (let id = first; id < Math.min(records, first + pieceRecords); id += 1) {
      lines.push(JSON.stringify(record(id, random)));
    }
    yield `${first === 0 ? '' : ',\n'}${lines.join(',\n')}`;
  }
  yield '\n]\n';
}

function record(id: number, random: () => number): object {
  const domain = `site${id.toString(36)}.bench.example`;
  const address = (): string => [203, 0, 0, 0].map((part) => part || below(random, 256)).join('.');
  const date = (year: number): string =>
    `${day(random, 28)}.${day(random, 12)}.${year + below(random, 3)}`;
  return {
    id,
    mask: random() < 0.5 ? `${domain}/*` : `${domain}/folder${below(random, 1e6)}/gate.php`,
    type: 21,
    first_seen: `${date(2022)} 08:32`,
    last_seen: `${date(2024)} 10:02`,
    popularity: 1 + below(random, 5),
    geo: countries.slice(0, 1 + below(random, 5)).join(', '),
    IP: [address(), address()],
    category: 'Malware',
    whois: {
      domain: domain,
      created: date(2020),
      updated: date(2023),
      expires: date(2026),
      name: `Owner ${below(random, 1e6)}`,
      org: `Example Company ${below(random, 1e4)} Ltd.`,
      country: countries[below(random, countries.length)],
      city: 'Springfield',
      registrar_name: 'Registrar of Names, Inc.',
      registrar_email: 'abuse@registrar.example',
      NS: [`ns1.${domain}`, `ns2.${domain}`],
      NS_ips: [address(), address()],
    },
    files: [
      { MD5: hashOf(random), threat: threats[below(random, threats.length)] },
      ...(random() < 0.5 ? [{ MD5: hashOf(random), threat: threats[0] }] : []),
    ],
  };
}

function below(random: () => number, limit: number): number {
  return Math.floor(random() * limit);
}

function day(random: () => number, limit: number): string {
  return String(1 + below(random, limit)).padStart(2, '0');
}
