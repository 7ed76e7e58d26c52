import type { FeedFormatFixture } from '../../conformance/feed-format-fixtures.js';

const lines: readonly string[] = [
  '# Malicious addresses\r\n',
  '\r\n',
  'id,dateadded,url,threat,tags\r\n',
  '7,2026-01-02 03:04:05,http://a.example/x,malware_download,"elf,mirai"\r\n',
  '# a comment between\r\n',
  '8,2026-01-02 03:04:06,hxxp://b[.]example/y,"Троян ""x""\r\nof two lines",\r\n',
  '9,,http://192.0.2.1:8080/z,phishing,x',
];

/** A table as suppliers publish it: preamble, heading, quoted cells, one of them over two lines. */
export const csvFixture: FeedFormatFixture = {
  good: lines.join(''),
  records: [
    {
      indicators: [{ kind: 'url', value: 'a.example/x' }],
      context: [
        ['id', '7'],
        ['dateadded', '2026-01-02 03:04:05'],
        ['url', 'http://a.example/x'],
        ['threat', 'malware_download'],
        ['tags', 'elf,mirai'],
      ],
    },
    {
      indicators: [{ kind: 'url', value: 'b.example/y' }],
      context: [
        ['id', '8'],
        ['dateadded', '2026-01-02 03:04:06'],
        ['url', 'hxxp://b[.]example/y'],
        ['threat', 'Троян "x"\nof two lines'],
      ],
    },
    {
      indicators: [{ kind: 'url', value: '192.0.2.1/z' }],
      context: [
        ['id', '9'],
        ['url', 'http://192.0.2.1:8080/z'],
        ['threat', 'phishing'],
        ['tags', 'x'],
      ],
    },
  ],
  withBadRecord: [...lines.slice(0, 4), '1,2,3\r\n', ...lines.slice(4)].join(''),
  badRecord: 5,
  empty: '# nothing today\r\n\r\n',
  noticesTruncation: false,
  // A changed byte may make a comment of a row, or put a row into the quotes of another.
  hiddenByOneByte: 1,
  damaged: ['url,type\nhttp://a.example/\u0000', '\u0000u\u0000r\u0000l'],
  endless: function* () {
    yield 'url;type\n';
    for (;;) yield 'http://a.example/x;malware\n';
  },
};
