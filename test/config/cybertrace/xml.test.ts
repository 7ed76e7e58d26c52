import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import type { XmlElement } from '../../../forwarder/config/cybertrace/xml/element.js';
import { parseXml } from '../../../forwarder/config/cybertrace/xml/parse-xml.js';

function root(text: string): XmlElement {
  const parsed = parseXml(text);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problem));
  return parsed.value;
}

/** `LINE:COLUMN found` of a document that is refused. */
function fault(text: string): string {
  const parsed = parseXml(text);
  if (parsed.ok) throw new Error('was not refused');
  const { position, found } = parsed.problem;
  return `${position.line}:${position.column} ${found}`;
}

describe('what is read', () => {
  test('attributes in either quotes, references, comments, CDATA, line ends of Windows', () => {
    const text =
      '\ufeff<?xml version="1.0" encoding="utf-8"?>\r\n<!-- <A/> -->\r\n<A one=\'"1"\'\r\n two="&lt;&#1090;&#x41;&amp;">\r\n' +
      '  <B>a&gt;<!-- c -->b</B>\r\n  <C><![CDATA[ <%x%>&amp; ]]></C>\r\n</A>\r\n';
    const { attributes, children } = root(text);
    expect([...attributes]).toEqual([
      ['one', '"1"'],
      ['two', '<тA&'],
    ]);
    expect(children.map(({ name, text: own, position }) => [name, own, position])).toEqual([
      ['B', 'a>b', { line: 5, column: 3 }],
      ['C', ' <%x%>&amp; ', { line: 6, column: 3 }],
    ]);
  });

  test('white space is a value only where it does not lay the file out', () => {
    const values = root(
      '<A><B> x </B><C>\n    x y\n  </C><D>\n  <![CDATA[ x ]]>\n</D><E> </E></A>',
    ).children.map(({ text }) => text);
    expect(values).toEqual([' x ', 'x y', ' x ', ' ']);
  });

  test('a < in an attribute and a & alone are taken as CyberTrace takes them, places stay right', () => {
    const text = String.raw`<A><R input="^\<(\d+)\>" output='a<b&c'/><B>([^&]+)</B><C x="&amp;&lt;"/></A>`;
    const { children } = root(text);
    const [replace, b, c] = children;
    expect(Object.fromEntries(replace!.attributes)).toEqual({
      input: String.raw`^\<(\d+)\>`,
      output: 'a<b&c',
    });
    expect(b).toMatchObject({
      text: '([^&]+)',
      position: { line: 1, column: text.indexOf('<B>') + 1 },
    });
    expect(c!.attributes.get('x')).toBe('&<');
  });
});

describe('what is refused, with its place', () => {
  test.each([
    ['', '1:1 document must contain a root element'],
    ['<A>\n<B>\n</A>', '3:5 unexpected close tag'],
    ['<A>', '1:4 unclosed tag: A'],
    ['<A/><B/>', '1:8 documents may contain only one root'],
    ['<A x=1/>', '1:7 unquoted attribute value'],
    ['<A x="1" x="2"/>', '1:17 duplicate attribute: x'],
    ['<A>&nbsp;</A>', '1:10 an entity that XML itself does not know'],
    ['<A>\n'.repeat(65), '65:4 more than 64 levels'],
  ])('%j', (text, expected) => {
    expect(fault(text)).toBe(expected);
  });

  test('a DOCTYPE: entities are never expanded or fetched', () => {
    const laughs = Array.from(
      { length: 20 },
      (_, at) => `<!ENTITY l${at + 1} "${`&l${at};`.repeat(10)}">`,
    ).join('\n');
    for (const subset of [
      `<!DOCTYPE A [<!ENTITY l0 "ha">\n${laughs}]>`,
      '<!DOCTYPE A [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
      '<!DOCTYPE A SYSTEM "http://192.0.2.1/a.dtd">',
    ]) {
      expect(fault(`${subset}<A>&x;&l20;</A>`)).toContain('a DOCTYPE');
    }
  });

  test('very many elements', () => {
    expect(fault(`<A>${'<B/>'.repeat(50_001)}</A>`)).toContain('more than 50000 elements');
  });

  test('any text is a document or a fault with a place in it', () => {
    const piece = fc.constantFrom(
      '<A>',
      '</A>',
      '<B x="',
      '"',
      '/>',
      '&',
      '&lt;',
      '<![CDATA[',
      ']]>',
      '<!--',
      '-->',
      '\n',
      ' ',
      'x',
      '<?',
      '?>',
      "'",
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 20 }), (pieces) => {
        const text = pieces.join('');
        const parsed = parseXml(text);
        if (parsed.ok) return;
        const { line, column } = parsed.problem.position;
        const lines = text.split('\n');
        expect(line).toBeLessThanOrEqual(lines.length);
        expect(column).toBeLessThanOrEqual((lines[line - 1] ?? '').length + 1);
      }),
      { numRuns: 500 },
    );
  });
});
