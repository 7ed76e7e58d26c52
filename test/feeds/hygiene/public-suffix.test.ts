import { expect, test } from '@jest/globals';
import { getPublicSuffix } from 'tldts';
import { flatTopLevels, isPublicSuffix } from '../../../forwarder/feeds/hygiene/public-suffix.js';

/** What suffixes of the second level are called, somewhere in the list. */
const secondLevels =
  'ac asso assn biz club co com conf coop edu ed firm gen go gob gouv gov govt gr idv in info int k12 law ltd me med mil mobi muni museum name ne net nhs nom nt or org other plc police press pro pub pvt sch school tm tv uk us web'.split(
    ' ',
  );

test('the list has no suffix below what is not looked up', () => {
  for (const top of flatTopLevels) {
    expect([top, isPublicSuffix(top)]).toEqual([top, true]);
    for (const name of secondLevels) expect(getPublicSuffix(`${name}.${top}`)).toBe(top);
  }
});

test('a name is a suffix when the list says so of the whole of it', () => {
  const of = (name: string): boolean => isPublicSuffix(name);
  expect(
    ['uk', 'co.uk', 'aero', 'crew.aero', 'k12.ma.us', 'xn--55qx5d.xn--j6w193g'].map(of),
  ).not.toContain(false);
  expect(
    ['bbc.co.uk', 'a.crew.aero', 'example', 'bad.example', 'com.com', 'a.b.c.d.uk'].map(of),
  ).not.toContain(true);
});
