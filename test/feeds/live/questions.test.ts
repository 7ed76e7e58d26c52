import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { mayLeave } from '../../../forwarder/normalise/may-leave.js';
import { questionsOf } from '../../../forwarder/feeds/live/questions.js';
import { fuzzRuns } from '../../support/fuzz-runs.js';
import { observable } from './rig.js';

const anywhere = mayLeave();

function keysOf(text: string): readonly string[] {
  return questionsOf(observable(text), anywhere).map(({ key }) => key);
}

describe('what is asked', () => {
  test('a domain, and those above it that can be registered', () => {
    expect(keysOf('a.b.example.co.uk')).toEqual([
      'domain a.b.example.co.uk',
      'domain b.example.co.uk',
      'domain example.co.uk',
    ]);
    expect(keysOf('me.github.io')).toEqual(['domain me.github.io']);
    expect(keysOf(`${'x.'.repeat(60)}bad.example`)).toHaveLength(6);
    expect(keysOf('co.uk')).toEqual(['domain co.uk']);
  });

  test('a URL in each way a server may have it written', () => {
    const [url] = questionsOf(observable('hxxp://WWW.Bad.Example:8080/A%41/?b#c'), anywhere);
    expect(url?.key).toBe(`url ${url?.indicator.value ?? ''}`);
    expect(url?.forms()).toEqual(
      expect.arrayContaining([
        'http://www.bad.example:8080/A%41/?b',
        'https://www.bad.example:8080/A%41/?b',
        `http://${url?.indicator.value ?? ''}`,
      ]),
    );
  });

  test('a value that is too long is not asked for', () => {
    expect(keysOf(`http://bad.example/${'x'.repeat(3000)}`)).toEqual([]);
  });
});

describe('secrets in a URL', () => {
  const part = fc.stringMatching(/^[A-Za-z0-9:%!$&._~-]{1,12}$/).map((text) => `S3CRET${text}`);

  test('user and password are in no form, wherever they stand before the host', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(
          'http://',
          'https://',
          'ftp://',
          '//',
          '',
          'hxxp://',
          'http:/',
          'HTTP:\\\\',
        ),
        part,
        fc.option(part, { nil: undefined }),
        fc.constantFrom('', '/', '/x', '?a=b', '/x@y', ':80/x'),
        (scheme, user, password, rest) => {
          const before = password === undefined ? user : `${user}:${password}`;
          const found = observable(`${scheme}${before}@bad.example${rest}`);
          if (found.kind !== 'url' || !found.value.startsWith('bad.example')) return;
          const forms = questionsOf(found, anywhere).flatMap((question) => question.forms());
          expect(forms.length).toBeGreaterThan(0);
          expect(forms.join(' ')).not.toMatch(/S3CRET/i);
        },
      ),
      { numRuns: fuzzRuns(200) },
    );
  });

  test('no form of any URL means "not" or "any text" to the server', () => {
    fc.assert(
      fc.property(fc.string(), fc.webUrl(), (text, url) => {
        for (const one of [`http://${text}/`, `http://bad.example/${text}`, `${url}${text}`]) {
          const forms = questionsOf(observable(one), anywhere).flatMap((question) =>
            question.forms(),
          );
          for (const form of forms) expect(form).not.toMatch(/^[!%]|%$/);
        }
      }),
      { numRuns: fuzzRuns(200) },
    );
  });
});
