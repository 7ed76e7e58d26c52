import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterAll, describe, expect, test } from '@jest/globals';

import type { LoadedConfig } from '../../../forwarder/config/index.js';
import {
  createCollectorRenderer,
  loadDialects,
  readyDialects,
} from '../../../forwarder/service/dialects/index.js';
import { loadText, refusal, scratchDirectory } from '../../config/load-support.js';
import { notices, samples } from './samples.js';
import { configured, dialectOf, patternDialects, repository } from './support.js';

const scratch = scratchDirectory();
afterAll(scratch.remove);
const options = { maxMessageBytes: 4000 };
const tutorial = samples[0]!.outcome;
const nested = samples[4]!.outcome;

/** A configuration with these dialects. */
function configuredWith(dialects: object, more: object = {}): Promise<LoadedConfig> {
  return loadText(scratch.path, JSON.stringify({ feeds: [], dialects, ...more }));
}

async function lineOf(dialects: object, name: string, outcome = tutorial): Promise<string> {
  const dialect = await dialectOf(await configuredWith(dialects), name);
  return dialect.renderer.render(outcome).body;
}

describe('where a name leads', () => {
  test('leef is what templates.directory makes', async () => {
    const loaded = await configured();
    const dialect = await dialectOf(loaded, 'leef', { ...options, runId: 'run' });
    expect(dialect).toMatchObject({ syslogHeader: true, usesEventValuesInFinished: false });
    const message = dialect.renderer.render(notices[0]!.outcome);
    expect(message.id).toMatch(/-run$/);
    expect(message.body).toMatch(/^LEEF:1\.0\|Kaspersky Lab\|.*\|KL_ALERT_UpdatedFeed\|/);
  });

  test('own formats are added to those of the dialect they are based on', async () => {
    const own = { basedOn: 'kuma', nested: 'dots', eventFormat: '%RE_URL%%RecordContext%' };
    expect(await lineOf({ own }, 'own', nested)).toBe(
      'https://abid-sh84.github.io/netflixclone/|id=107722881|mask=abid-sh84.github.io/netflixclone/*|whois.domain=github.io|whois.created=08.03.2013|whois.NS=a.example, b.example|attack_type=Phishing',
    );
    expect(await lineOf({ own: { alertFormat: '' } }, 'own')).toMatch(/^- category=KL_IP_/);
  });

  test('an own dialect may have the name of a ready one', async () => {
    const kuma = { basedOn: 'kuma', eventFormat: 'mine=%MatchedIndicator%' };
    expect(await lineOf({ kuma }, 'kuma')).toBe('mine=192.0.2.1');
  });

  test('the names that every object has are names like any other', async () => {
    const constructor = { eventFormat: '%Category%' };
    expect(await lineOf({ constructor }, 'constructor')).toBe('KL_IP_Reputation');
    expect(await refusal(loadDialects(await configured(), ['constructor'], options))).toMatchObject(
      { code: 'TF_CONFIG', message: 'there is no dialect "constructor"' },
    );
  });

  test('a folder of templates', async () => {
    cpSync(join(repository, 'templates/leef'), join(scratch.path, 'hbs'), { recursive: true });
    const detect = '{{leefHeader "My" "Own" "1" event}}{{attr "url" url}}';
    writeFileSync(join(scratch.path, 'hbs/detect.hbs'), detect);
    const own = { directory: 'hbs', syslogHeader: false };
    const loaded = await configuredWith({ own });
    const dialect = await dialectOf(loaded, 'own');
    expect(dialect.syslogHeader).toBe(false);
    expect(dialect.renderer.render(nested).body).toMatch(
      /^LEEF:1\.0\|My\|Own\|1\|KL_Phishing_URL\|/,
    );
    expect(dialect.text).toContain(detect);
  });
});

describe('what is refused', () => {
  const refused = async (dialects: object, name: string, more: object = {}) =>
    refusal(loadDialects(await configuredWith(dialects, more), [name], options));

  test('an unknown name, with the place that asks for it and the nearest name', async () => {
    const collectors = [{ url: 'tcp://127.0.0.1:1', dialect: 'arcsigth' }];
    expect(await refused({}, 'arcsigth', { delivery: { collectors } })).toMatchObject({
      code: 'TF_CONFIG',
      message: 'there is no dialect "arcsigth"',
      where: expect.stringMatching(/^\S*forwarder\.yaml:1:\d+ delivery\.collectors\[0\]\.dialect$/),
      hint: expect.stringMatching(/^did you mean "arcsight"\? there are arcsight, cybertrace-3\.1/),
    });
    const cybertrace = { dialect: 'mine2' };
    const own = { mine: { eventFormat: 'x' } };
    expect(await refused(own, 'mine2', { intake: { cybertrace } })).toMatchObject({
      where: expect.stringContaining('intake.cybertrace.dialect'),
      hint: expect.stringMatching(/^did you mean "mine"\?/),
    });
    expect(await refused({}, '../../etc')).toMatchObject({
      code: 'TF_CONFIG',
      where: 'dialect ../../etc',
    });
  });

  test.each([
    [{ own: { basedOn: 'kumaa' } }, 'TF_CONFIG', 'dialects.own.basedOn', /did you mean "kuma"/],
    [{ own: { basedOn: 'leef' } }, 'TF_CONFIG', 'dialects.own.basedOn', /directory/],
    [{ own: {}, leef: {} }, 'TF_CONFIG', 'dialects.leef', /another name/],
    [{ own: { eventFormat: '' } }, 'TF_TEMPLATE', 'dialects.own.eventFormat', /detection/],
    [{ own: { alertFormat: 'a\nb' } }, 'TF_TEMPLATE', 'dialects.own.alertFormat', /one line/],
    [
      { own: { directory: 'x', nested: 'dots' } },
      'TF_CONFIG',
      'dialects.own.nested',
      /leave one of them out/,
    ],
  ])('%j', async (dialects, code, where, hint) => {
    const error = await refused(dialects, 'own');
    expect(error).toMatchObject({ code, hint: expect.stringMatching(hint) });
    expect(error.where?.endsWith(` ${where}`)).toBe(true);
  });

  test('a folder without templates', async () => {
    expect(await refused({ own: { directory: 'nowhere' } }, 'own')).toMatchObject({
      code: 'TF_TEMPLATE',
      where: join(scratch.path, 'nowhere/detect.hbs'),
      hint: expect.stringContaining('dialects.own.directory'),
    });
  });

  test('a format that leaves no room beside the syslog header', async () => {
    const own = { eventFormat: 'x'.repeat(500), syslogHeader: true };
    const loaded = await configuredWith({ own });
    const limit = { maxMessageBytes: 520 };
    expect(await refusal(loadDialects(loaded, ['own'], limit))).toMatchObject({
      code: 'TF_TEMPLATE',
      message: expect.stringMatching(/longer than the 4\d\d bytes/),
    });
    const without = await configuredWith({ own: { ...own, syslogHeader: false } });
    expect((await loadDialects(without, ['own'], limit)).has('own')).toBe(true);
  });
});

describe('dialect.json', () => {
  const good = { ...JSON.parse('{}'), description: 'd', eventFormat: 'e', alertFormat: '' };
  const rest = {
    finishedEventFormat: '',
    recordFieldContextFormat: '',
    actionableFieldContextFormat: '',
    escape: 'none',
    nested: 'dots',
    order: 'name',
    syslogHeader: true,
  };
  const packageOf = (text: string): Promise<LoadedConfig> => {
    mkdirSync(join(scratch.path, 'package/templates/one'), { recursive: true });
    writeFileSync(join(scratch.path, 'package/templates/one/dialect.json'), text);
    return configured().then((loaded) => ({
      ...loaded,
      packageDirectory: join(scratch.path, 'package'),
    }));
  };

  test.each([
    ['{', /JSON/],
    ['[]', /is no object/],
    [
      JSON.stringify({ ...good, ...rest, nested: 'x', typo: 1 }),
      /"typo" is unknown.*nested is not one of/s,
    ],
    [JSON.stringify(good), /finishedEventFormat is missing/],
    [JSON.stringify({ ...good, ...rest, percentEncode: 'ab' }), /percentEncode is not 1 to 16/],
  ])('%s is refused', async (text, message) => {
    const loaded = await packageOf(text);
    expect(await refusal(loadDialects(loaded, ['one'], options))).toMatchObject({
      code: 'TF_TEMPLATE',
      where: join(scratch.path, 'package/templates/one/dialect.json'),
      message: expect.stringMatching(message),
    });
  });

  test('a ready dialect may have templates instead', async () => {
    const target = join(scratch.path, 'package/templates/two');
    cpSync(join(repository, 'templates/leef'), target, { recursive: true });
    const loaded = await packageOf(JSON.stringify({ ...good, ...rest }));
    const dialects = await loadDialects(loaded, ['one', 'two', 'one'], options);
    expect([...dialects.keys()]).toEqual(['one', 'two']);
    expect(dialects.get('two')?.renderer.render(tutorial).body).toMatch(/^LEEF:1\.0/);
    expect(await readyDialects(loaded.packageDirectory)).toEqual([
      { name: 'one', description: 'd' },
      { name: 'two', description: expect.stringContaining('LEEF') },
    ]);
  });

  test('a package without templates says so', async () => {
    const loaded = { ...(await configured()), packageDirectory: join(scratch.path, 'none') };
    expect(await refusal(loadDialects(loaded, ['leef'], options))).toMatchObject({
      code: 'TF_TEMPLATE',
      where: join(scratch.path, 'none/templates'),
    });
  });
});

test('the ready dialects, each with a line about it', async () => {
  const ready = await readyDialects(repository);
  expect(ready.map(({ name }) => name)).toEqual(['leef', ...patternDialects()].sort());
  for (const { description } of ready) expect(description.length).toBeGreaterThan(5);
});

test('a change of a format shows in the text', async () => {
  const textOf = async (eventFormat: string) =>
    (await dialectOf(await configuredWith({ own: { eventFormat } }), 'own')).text;
  expect(await textOf('a')).not.toBe(await textOf('b'));
  expect(await textOf('a')).toBe(await textOf('a'));
});

describe('the renderer for several collectors', () => {
  const dialects = async (...names: string[]) => {
    const loaded = await loadDialects(await configured(), names, options);
    return names.map((name) => loaded.get(name)!);
  };

  test('the first dialect is the body, the others are variants', async () => {
    const wanted = await dialects('kuma', 'leef', 'kuma', 'splunk');
    const message = createCollectorRenderer(wanted).render(tutorial);
    expect(message.body).toMatch(/^Category=KL_IP_Reputation\|/);
    expect(Object.keys(message.variants ?? {})).toEqual(['leef', 'splunk']);
    expect(message.variants?.['leef']).toMatch(/^LEEF:/);
    expect(message.variants?.['splunk']).toContain('eventName=KL_IP_Reputation');
    expect(message).toMatchObject({ id: 'id-1', kind: 'detect', event: 'KL_IP_Reputation' });
  });

  test('without others there are no variants', async () => {
    const message = createCollectorRenderer(await dialects('leef', 'leef')).render(tutorial);
    expect(message).not.toHaveProperty('variants');
  });

  test('none is a fault', () => {
    expect(() => createCollectorRenderer([])).toThrow(/no dialect/);
  });
});
