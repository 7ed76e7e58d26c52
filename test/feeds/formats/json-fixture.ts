import type { FeedFormatFixture } from '../../conformance/feed-format-fixtures.js';

const first = '{"indicator": "hxxp://a[.]example/x", "type": "url", "tags": ["x", "y"]}';
const second = '{"ioc_value": "192.0.2.1:443", "malware": {"name": "Троян \\u0041"}}';
const third = '{"file_hash": "FEAF2058298C1E174C2B79AFFC7CF4DF", "host": "a.example"}';

/** An answer of a supplier's interface: the list of records stands two objects deep. */
export const jsonFixture: FeedFormatFixture = {
  good: `{"status": "ok", "count": 3,\n "data": {"items": [\n  ${first},\r\n\t${second} , ${third}\n]},\n "next": null}\n`,
  records: [
    {
      indicators: [{ kind: 'url', value: 'a.example/x' }],
      context: [
        ['indicator', 'hxxp://a[.]example/x'],
        ['type', 'url'],
        ['tags', 'x, y'],
      ],
    },
    {
      indicators: [{ kind: 'ip', value: '192.0.2.1' }],
      context: [
        ['ioc_value', '192.0.2.1:443'],
        ['malware/name', 'Троян A'],
      ],
    },
    {
      indicators: [
        { kind: 'domain', value: 'a.example' },
        { kind: 'md5', value: 'feaf2058298c1e174c2b79affc7cf4df' },
      ],
      context: [
        ['file_hash', 'FEAF2058298C1E174C2B79AFFC7CF4DF'],
        ['host', 'a.example'],
      ],
    },
  ],
  withBadRecord: `{"data": {"items": [${first}, {"indicator": nothing}, ${second}, ${third}]}}`,
  badRecord: 2,
  empty: '{"status": "ok", "data": {"items": [ ]}}',
  noticesTruncation: true,
  hiddenByOneByte: 0,
  damaged: [
    '',
    ' \n',
    '{"data": ',
    `{"data": [${first}`,
    `{"data": [${first}, `,
    `{"data": [${first}]`,
    `{"data": [${first}]]`,
    `{"data": [${first}]} {"data": `,
    `{"data": [${first}], "next"}`,
    `{"data": [${first}], "next": nothing}`,
    `{"data": [${first}], }`,
  ],
  endless: function* () {
    yield '{"data": [\n';
    for (;;) yield `${first},`;
  },
};
