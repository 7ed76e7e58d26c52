// @ts-check
/**
 * Asks a MISP about the values of a request, as Tracer does with -m, and keeps for a while what it
 * says, and that it knows nothing; of the first three values of a request.
 *
 *     ip=192.0.2.1 → Category=Tracer_MISP_IP_enricher0|MatchedIndicator=192.0.2.1|id=7|type=ip-dst
 *                    |value=192.0.2.1|Event.info=Phishing in spring|Tag[0].name=tlp:green
 *
 * enrichment:
 *   enrichers:
 *     - module: 'package:docs/examples/enrichers/misp.mjs'
 *       timeoutMs: 5000
 *       options: { url: 'https://misp.example.org', keyVariable: MISP_KEY, caFile: /etc/ssl/misp-ca.pem }
 *
 * The key of MISP stands in the environment of the service. Its certificate is always checked.
 */
import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:https';

const mostKept = 10_000;
const mostBytes = 4_194_304;
/** The service takes 200 fields an answer and 64 KiB of text an event. */
const [mostFields, mostText] = [200, 20_000];

/** @typedef {{ url: string, keyVariable: string, caFile?: string, keepSeconds?: number, keepMissSeconds?: number }} Options */
/** @typedef {Record<string, string>} Fields */

/** @type {import('./enricher.js').CreateEnricher} */
export default (options) => {
  const { url, keyVariable, ...rest } = /** @type {Options} */ (options);
  const { caFile, keepSeconds = 14_400, keepMissSeconds = 600 } = rest;
  const address = new URL('attributes/restSearch/json', url.endsWith('/') ? url : `${url}/`);
  const authorization = process.env[keyVariable];
  if (authorization === undefined) throw new Error(`the variable ${keyVariable} is not set`);
  const agent = new Agent({ keepAlive: true, maxSockets: 10, ca: caFile && readFileSync(caFile) });
  const headers = { authorization, accept: 'application/json', 'content-type': 'application/json' };
  /** @type {Map<string, { endsAtMs: number, answers: Promise<Fields[]> }>} */
  const kept = new Map();

  return {
    async enrich({ request: values }) {
      const asked = values.slice(0, 3).map(async ({ key, text }) => {
        const kind = `Tracer_MISP_${key.toUpperCase()}_enricher`;
        const answers = await recall(text);
        return answers.map((fields, n) => ({ matched: text, category: `${kind}${n}`, fields }));
      });
      return (await Promise.all(asked)).flat().slice(0, 100);
    },
  };

  /** @param {string} value */
  function recall(value) {
    const known = kept.get(value);
    if (known !== undefined && known.endsAtMs > Date.now()) return known.answers;
    const entry = { endsAtMs: Infinity, answers: search(value) };
    kept.set(value, entry);
    for (const oldest of kept.keys()) if (kept.size > mostKept) kept.delete(oldest);
    const keep = (/** @type {Fields[]} */ { length }) =>
      (entry.endsAtMs = Date.now() + (length > 0 ? keepSeconds : keepMissSeconds) * 1000);
    entry.answers.then(keep, () => kept.delete(value));
    return entry.answers;
  }

  /** @param {string} value */
  async function search(value) {
    const attributes = JSON.parse(await post(JSON.stringify({ value })))?.response?.Attribute;
    if (!Array.isArray(attributes)) throw new Error('MISP sent no list of attributes');
    let room = mostText;
    const found = attributes.map((one) => Object.fromEntries(flat(one).slice(0, mostFields)));
    return found.filter((fields) => (room -= JSON.stringify(fields).length) >= 0);
  }

  /** @param {string} body @returns {Promise<string>} */
  function post(body) {
    return new Promise((resolve, reject) => {
      const signal = AbortSignal.timeout(10_000);
      const sent = request(address, { method: 'POST', headers, agent, signal }, (response) => {
        let text = '';
        response.setEncoding('utf8').on('error', reject);
        response.on('data', (part) => {
          text += part;
          if (text.length > mostBytes) sent.destroy(new Error('MISP sent too much'));
        });
        const fault = new Error(`MISP answered ${response.statusCode}`);
        response.on('end', () => (response.statusCode === 200 ? resolve(text) : reject(fault)));
      });
      sent.on('error', reject).end(body);
    });
  }
};

/** @param {unknown} value @returns {[string, string][]} As Tracer has it: `Event.info`, `Tag[0].name`. */
function flat(value, path = '') {
  if (value === null) return [];
  if (typeof value !== 'object') return [[path, String(value)]];
  const dot = path === '' ? '' : '.';
  return Object.entries(value).flatMap(([name, child]) =>
    flat(child, `${path}${Array.isArray(value) ? `[${name}]` : dot + name}`),
  );
}
