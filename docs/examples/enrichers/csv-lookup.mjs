// @ts-check
/**
 * Looks any value of an event up in a CSV file: what a rule found there (`by: RE_USERNAME`), or,
 * without `by`, the values of the request. The file is read again within ten seconds of a change.
 *
 *     users.csv                       an event with RE_USERNAME=anna
 *     login,name,unit                 → login=anna|name=Anna Berg|unit=Sales
 *     anna,"Anna Berg",Sales
 *
 * enrichment:
 *   enrichers:
 *     - module: 'package:docs/examples/enrichers/csv-lookup.mjs'
 *       category: Users
 *       options: { file: /etc/threat-forwarder/users.csv, key: login, by: RE_USERNAME }
 */
import { readFile, stat } from 'node:fs/promises';

const lookAgainMs = 10_000;

/** @typedef {{ file: string, key: string, by?: string, delimiter?: string }} Options */

/** @type {import('./enricher.js').CreateEnricher} */
export default async (options) => {
  const { file, key, by, delimiter = ',' } = /** @type {Options} */ (options ?? {});
  if (typeof file !== 'string' || typeof key !== 'string') {
    throw new Error('options must name file and key');
  }
  let rows = await read(file, key, delimiter);
  let changedAtMs = (await stat(file)).mtimeMs;
  setInterval(async () => {
    try {
      const { mtimeMs } = await stat(file);
      if (mtimeMs === changedAtMs) return;
      rows = await read(file, key, delimiter);
      changedAtMs = mtimeMs;
    } catch (error) {
      // What was read before stays in use. Whatever is printed comes into the log of the service.
      console.error(`${file} cannot be read: ${error}`);
    }
  }, lookAgainMs);

  return {
    enrich({ values, request }) {
      const found = by === undefined ? request.map(({ text }) => text) : [values[by] ?? ''];
      return found.slice(0, 100).flatMap((matched) => {
        const fields = rows.get(matched);
        return fields === undefined ? [] : [{ matched, fields: Object.fromEntries(fields) }];
      });
    },
  };
};

/**
 * Rows by their key; of two with one key the later.
 *
 * @param {string} file @param {string} key @param {string} delimiter
 * @returns {Promise<Map<string, [string, string][]>>}
 */
async function read(file, key, delimiter) {
  const text = (await readFile(file, 'utf8')).replace(/^\ufeff/, '');
  const [heading = [], ...rows] = parse(`${text}\n`, delimiter);
  const column = heading.indexOf(key);
  if (column < 0) throw new Error(`${file} has no column ${key}, but ${heading.join(', ')}`);
  return new Map(
    rows.map((row) => [row[column] ?? '', heading.map((name, index) => [name, row[index] ?? ''])]),
  );
}

/**
 * The rows of CSV: a cell in quotes may hold delimiters, line ends, and quotes written twice.
 *
 * @param {string} text @param {string} delimiter
 */
function parse(text, delimiter) {
  const plain = new RegExp(`([^${delimiter}\\r\\n]*)`, 'y');
  const quoted = /"((?:[^"]|"")*)"/y;
  /** @type {string[][]} */
  const rows = [];
  /** @type {string[]} */
  let row = [];
  for (let at = 0; at < text.length; at++) {
    const isQuoted = text[at] === '"';
    const pattern = isQuoted ? quoted : plain;
    pattern.lastIndex = at;
    const cell = pattern.exec(text);
    if (cell === null) throw new Error(`a quote is not closed in row ${rows.length + 1}`);
    row.push(isQuoted ? cell[1].replaceAll('""', '"') : cell[1]);
    at = pattern.lastIndex;
    if (text[at] === delimiter) continue;
    if (text[at] === '\r') at += 1;
    if (text[at] !== '\n') throw new Error(`row ${rows.length + 1} has text behind a quote`);
    rows.push(row);
    row = [];
  }
  return rows.filter((cells) => cells.length > 1 || cells[0] !== '');
}
