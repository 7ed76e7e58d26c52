import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { SaxesParser } from 'saxes';

import { xmlAttribute, xmlCdata, xmlComment, xmlText } from '../../../dsm/content/xml.js';

/** What a reader of XML finds of a text in an element, an attribute and a CDATA section. */
function readBack(text: string): readonly [string, string, string] {
  let element = '';
  let cdata = '';
  let attribute = '';
  const parser = new SaxesParser({ xmlns: false });
  parser.on('text', (part) => (element += part));
  parser.on('cdata', (part) => (cdata += part));
  parser.on('opentag', (tag) => (attribute = tag.attributes['b'] ?? ''));
  parser.on('error', (error) => {
    throw error;
  });
  parser
    .write(`<a b="${xmlAttribute(text)}">${xmlText(text)}${xmlCdata(text)}${xmlComment(text)}</a>`)
    .close();
  return [element, attribute, cdata];
}

test('every legal text comes back as it was', () => {
  const text = fc
    .array(
      fc.constantFrom('a', '&', '<', '>', '"', "'", ']]>', ']', '-', '--', ' ', '\n', 'п', '😀'),
    )
    .map((parts) => parts.join(''));
  fc.assert(
    fc.property(text, (value) => {
      expect(readBack(value)).toEqual([value, value, value]);
    }),
  );
});

test('a TAB comes back from an attribute, a CR from an element', () => {
  expect(readBack('a\tb').slice(0, 2)).toEqual(['a\tb', 'a\tb']);
  expect(readBack('a\rb').slice(0, 2)).toEqual(['a\rb', 'a\rb']);
});

test('what XML cannot hold becomes a replacement character', () => {
  for (const illegal of ['\0', '\u001b', '\ud83d', '\ude00', '\ufffe', '\uffff']) {
    expect(readBack(`a${illegal}b`)).toEqual(['a\ufffdb', 'a\ufffdb', 'a\ufffdb']);
  }
});

test('any text gives a well-formed document', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(() => readBack(text)).not.toThrow();
    }),
  );
});
