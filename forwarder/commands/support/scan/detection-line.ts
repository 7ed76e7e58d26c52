import type { Detection } from '../../../core/index.js';

/** The values of an event in the line, by the rule that finds them. */
const values = [
  ['url', 'RE_URL'],
  ['src', 'SRC_IP'],
  ['ip', 'RE_IP'],
  ['md5', 'RE_MD5'],
  ['sha1', 'RE_SHA1'],
  ['sha256', 'RE_SHA256'],
  ['usrName', 'RE_USERNAME'],
] as const;

/**
 * A detection as CyberTrace 4 writes it by default; `-` stands for what the event does not say, and
 * the record's fields follow by name:
 *
 *     - category=KL_IP_Reputation matchedIndicator=192.0.2.1 url=- src=- ip=192.0.2.1 md5=- sha1=- sha256=- usrName=- confidence=100 geo=ru id=7
 */
export function detectionLine({ category, match, values: found }: Detection): string {
  const event = values.map(([name, rule]) => `${name}=${found.get(rule) ?? '-'}`);
  const context = [...match.context]
    .sort(([one], [other]) => (one < other ? -1 : one > other ? 1 : 0))
    .map(([name, value]) => ` ${name}=${value}`);
  const head = `- category=${category} matchedIndicator=${match.observable.text}`;
  const line = `${head} ${event.join(' ')} confidence=${match.feed.confidence}${context.join('')}`;
  return line.replace(/[\u0000-\u001f\u007f]+/g, ' ');
}
