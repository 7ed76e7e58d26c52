import { describe, expect, test } from '@jest/globals';

import { buildDetections } from '../../../forwarder/detection/index.js';
import { createExtractor } from '../../../forwarder/extraction/index.js';
import { matchExtraction } from '../../../forwarder/matching/index.js';
import { indexOf } from '../../matching/feeds.js';

/** The detections of a raw text, by the stages as the pipeline joins them. */
function detectionsOf(text: string, index: Parameters<typeof matchExtraction>[1]) {
  const extraction = createExtractor().extract({ kind: 'raw', text }, '192.0.2.9');
  const { matches } = matchExtraction(extraction, index, { perEventDetectionLimit: 10 });
  return buildDetections(matches, extraction, { number: 1, digest: '' }, 0);
}

describe('a URL whose host is what a feed lists', () => {
  test.each([
    ['ip:192.0.2.3', 'http://192.0.2.3/malware.exe', '192.0.2.3', 'RE_IP'],
    ['ip:192.0.2.0/24', 'http://192.0.2.3/malware.exe', '192.0.2.3', 'RE_IP'],
    ['domain:bad.example', 'https://www.Bad.example/x?y', 'www.Bad.example', 'RE_DOMAIN'],
  ])('%s: the host is the matched indicator, the URL stays the URL', (record, url, host, rule) => {
    const [detection, ...more] = detectionsOf(
      `http://first.example/ then ${url} usrName=bob`,
      indexOf({ name: 'List', records: [record] }).index,
    );
    expect(more).toEqual([]);
    expect(detection?.match.observable.text).toBe(host);
    expect(detection?.values.get(rule)).toBe(host);
    expect(detection?.values.get('RE_URL')).toBe(url);
  });
});
