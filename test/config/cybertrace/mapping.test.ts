import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterAll, describe, expect, test } from '@jest/globals';

import { importCybertrace } from '../../../forwarder/config/index.js';
import { readFilterCriterion } from '../../../forwarder/config/cybertrace/filter-criterion.js';
import { legalCategory } from '../../../forwarder/config/cybertrace/feed-kinds.js';
import { feedsFolder } from '../../../forwarder/config/cybertrace/feeds-folder.js';
import { importText, saidOf, scratch, withSources } from './import-support.js';
import { refusal } from '../load-support.js';

const folder = scratch();
afterAll(folder.remove);

const service = (inner: string): string =>
  `<Configuration><InputSettings/>${inner}<OutputSettings><AlertFormat>%Alert%</AlertFormat></OutputSettings></Configuration>`;

describe('listeners and collectors', () => {
  test.each([
    [
      '192.0.2.5:9999',
      'taken over',
      { jsa: false, cybertrace: { listen: '192.0.2.5:9999', dialect: 'imported' } },
    ],
    [
      ' [::1]:7000 ',
      'taken over',
      { jsa: false, cybertrace: { listen: '[::1]:7000', dialect: 'imported' } },
    ],
    ['0.0.0.0:9995', 'changed', { jsa: { listen: '0.0.0.0:9995' } }],
    ['\\\\.\\pipe\\events', 'not supported', { jsa: false, cybertrace: { dialect: 'imported' } }],
  ])('InputSettings %s is %s', async (address, status, intake) => {
    const text = `<C><InputSettings><ConnectionString>${address}</ConnectionString></InputSettings></C>`;
    const { value, items } = await importText(folder.path, text);
    expect(value['intake']).toEqual(intake);
    expect(items.find(({ element }) => element.endsWith('ConnectionString'))?.status).toBe(status);
  });

  test.each([
    ['127.0.0.1:9998', 'tcp://127.0.0.1:9998'],
    ['siem.example.test:514', 'tcp://siem.example.test:514'],
    ['/run/siem.sock', 'unix:///run/siem.sock'],
    ['\\\\.\\pipe\\siem', undefined],
    ['127.0.0.1', undefined],
  ])('OutputSettings %s', async (address, url) => {
    const text = `<C><InputSettings/><OutputSettings><ConnectionString>${address}</ConnectionString></OutputSettings></C>`;
    const { value } = await importText(folder.path, text);
    expect(value['delivery']).toEqual(
      url === undefined ? undefined : { collectors: [{ url, dialect: 'imported' }] },
    );
  });

  test.each([
    ['\\r?\\n', 'not needed'],
    ['&lt;\\d+&gt;', 'not supported'],
    ['(?=&lt;\\d+&gt;)', 'not supported'],
  ])('EventDelimiter %s is %s', async (delimiter, status) => {
    const text = `<C><InputSettings><EventDelimiter>${delimiter}</EventDelimiter></InputSettings></C>`;
    const { items } = await importText(folder.path, text);
    expect(items.find(({ element }) => element.endsWith('EventDelimiter'))?.status).toBe(status);
  });
});

describe('sources', () => {
  test('conditions: addresses, ranges, an expression; names of hosts cannot be told apart', async () => {
    const rule = '<RE_URL type="URL">url=(\\S+)</RE_URL>';
    const { value, items } = await importText(
      folder.path,
      withSources(
        `<Source id="a" ip="192.0.2.1;2001:db8::1">${rule}</Source>
<Source id="b" host="proxy.example.test" regexp="squid(?=\\[)">${rule}</Source>
<Source id="c" host="only.example.test">${rule}</Source>
<Source id="d">${rule}</Source>
<Source id="e" regexp="(a)\\1">${rule}</Source>
<Source id="a" ip="192.0.2.2">${rule}</Source>`,
      ),
    );
    expect(value['sources']).toMatchObject([
      { name: 'a', peers: ['192.0.2.1', '2001:db8::1'] },
      { name: 'b', pattern: 'squid(?:\\[)' },
    ]);
    expect(
      items.filter(({ element }) => element.endsWith('"')).map(({ status }) => status),
    ).toEqual([
      'taken over',
      'changed',
      'not supported',
      'not supported',
      'not supported',
      'not supported',
      'taken over',
    ]);
  });

  test('concatenate, as the help has it (page 171632)', async () => {
    const rules = ['#1#2', '#2#1', '#2_/_#1', '#1#2#3']
      .map(
        (text, at) =>
          `<R${at} type="URL" concatenate="${text}">url_1=(\\S+) .*url_2=(\\S+)</R${at}>`,
      )
      .join('');
    const { value } = await importText(
      folder.path,
      withSources(`<Source id="default">${rules}</Source>`),
    );
    const [source] = value['sources'] as unknown as { rules: { concatenate: string }[] }[];
    expect(source!.rules.map(({ concatenate }) => concatenate)).toEqual([
      '#1#2',
      '#2#1',
      '#2_/_#1',
      '#1#2#3',
    ]);
  });

  test('Replace and Ignore are expressions from 4.0 on (page 198870)', async () => {
    const rules = String.raw`<NormalizingRules><Replace input="^\<(\d+)\>" output="NEW_EVENT\:\1\s" /><Ignore input="Device0002" /></NormalizingRules>`;
    const { value } = await importText(
      folder.path,
      withSources(`<Source id="x" regexp="x">${rules}<A>(a)</A></Source>`),
    );
    expect(value['sources']).toMatchObject([
      {
        replace: [{ pattern: String.raw`^<(\d+)>`, with: String.raw`NEW_EVENT\:\1\s` }],
        ignore: ['Device0002'],
      },
    ]);
  });

  test('Replace and Ignore are plain texts before 4.0 (page 173932)', async () => {
    const text = withSources(
      String.raw`<Source id="x" regexp="x"><NormalizingRules><Replace input="a.b\=" output="\1"/><Ignore input="a*"/></NormalizingRules><A>(a)</A></Source>`,
    ).replace(
      'confidence="100"/>',
      '><Field name="mask" matching_type="Url" category="KL_X_URL"/></Feed>',
    );
    const { value } = await importText(folder.path, text);
    expect(value['sources']).toMatchObject([
      {
        replace: [{ pattern: String.raw`a\.b\\=`, with: String.raw`\\1` }],
        ignore: [String.raw`a\*`],
      },
    ]);
  });

  test('names that formats use, types that are not known, rules without an expression', async () => {
    const { value, items } = await importText(
      folder.path,
      withSources(
        '<Source id="default"><Category>(a)</Category><Mail type="EMAIL">(a)</Mail><Empty type="URL"/></Source>',
      ),
    );
    expect(value['sources']).toMatchObject([{ rules: [{ name: 'Mail', kind: 'CONTEXT' }] }]);
    expect(saidOf(items, 'Category')[0]).toContain('not supported');
    expect(saidOf(items, 'Mail')[0]).toContain('the type EMAIL is not known');
    expect(saidOf(items, 'Empty')[0]).toContain('it has no expression');
  });
});

describe('feeds', () => {
  test.each([
    ['KL_Malicious_URL', 'KL_Malicious_URL'],
    ['Acme link!', 'KL_Acme_link'],
    ['KL_ALERT_Mine', undefined],
    ['', undefined],
    ['KL_', undefined],
  ])('category %j becomes %j', (category, expected) => {
    expect(legalCategory(category)).toBe(expected);
  });

  test.each([
    ['[01.02.2013; 01.02.2015]', '[01.02.2013;01.02.2015]'],
    ['[%NOW%-3;%NOW%]', '[%NOW%-3;%NOW%]'],
    ['[10;]', '[10;]'],
    ['5', '5'],
    ['[20;10]', undefined],
    ['[31.02.2013;]', undefined],
    ['[01.02.2015;01.02.2013]', undefined],
    ['[%NOW%;%NOW%-3]', undefined],
    ['[;]', undefined],
    ['> 5', undefined],
    ['', undefined],
  ])('filter %j becomes %j', (text, expected) => {
    expect(readFilterCriterion(text)).toBe(expected);
  });

  test.each([
    ['../feeds', '/opt/ktfs/etc', '/etc/tf', '/opt/ktfs/feeds'],
    ['feeds', '/opt/ktfs/etc', '/etc/tf', '/opt/ktfs/bin/feeds'],
    ['..\\feeds', '/srv/bin', '/etc/tf', '/srv/feeds'],
    ['./feeds/', '/srv/x', '/srv/x', 'feeds'],
    ['/data/feeds', '/srv/x', '/data', 'feeds'],
    ['C:\\ktfs\\feeds', '/srv/x', '/srv/x', undefined],
    [undefined, '/srv/x', '/srv/y', 'feeds'],
  ])('Bases %j in %s, written in %s: %j', (bases, conf, out, expected) => {
    expect(feedsFolder(bases, conf, out)).toBe(expected);
  });

  test('lifetime in hours up to 3.x, in minutes later; confidence out of range is left out', async () => {
    const feeds = (more: string): string =>
      service(
        `<Feeds><Feed filename="a.json" indicator_lifetime="48" confidence="0">${more}</Feed></Feeds>`,
      );
    const later = await importText(folder.path, feeds(''));
    const before = await importText(folder.path, feeds('<Field name="ip" category="KL_A_IP"/>'));
    expect(later.value['feeds']).toEqual([{ path: 'feeds/a.json', lifetime: '48m' }]);
    expect(before.value['feeds']).toMatchObject([{ lifetime: '2d' }]);
    expect(saidOf(later.items, '@confidence')).toEqual([
      'not supported |  | it is no whole number from 1 to 100: left out',
    ]);
  });

  test('a filter of events becomes one of every feed but those that suppress', async () => {
    const { value } = await importText(
      folder.path,
      `<C><InputSettings/><Feeds><Feed filename="A.json"/><Feed filename="FalsePositive.json"/></Feeds>
<OutputSettings><SendEventFilters><Filter attribute="ioc_supplier_context.whois.country" value="RU"/></SendEventFilters></OutputSettings></C>`,
    );
    expect(value['feeds']).toEqual([
      { path: 'feeds/A.json', filters: { 'whois/country': 'RU' } },
      { path: 'feeds/FalsePositive.json' },
    ]);
  });
});

describe('formats', () => {
  test('line breaks become blanks; without AlertFormat no alerts; the host name is the identifier', async () => {
    const { value, items } = await importText(
      folder.path,
      `<C><InputSettings/><OutputSettings><EventFormat>%Date% My_Host LEEF:1.0|a|b|1|%Category%|
      x=%Nothing%%RecordContext%</EventFormat></OutputSettings></C>`,
    );
    expect(value['identifier']).toBe('My_Host');
    expect(value['dialects']).toEqual({
      imported: {
        basedOn: 'cybertrace-4',
        eventFormat: '%Date% My_Host LEEF:1.0|a|b|1|%Category%| x=%Nothing%%RecordContext%',
        alertFormat: '',
      },
    });
    expect(saidOf(items, 'EventFormat')[0]).toMatch(
      /^changed .*line breaks.*%Nothing%.*leef is better/,
    );
  });
});

describe('service settings', () => {
  test('both spellings of the retry time-out', async () => {
    const names = ['EventSendingRetriesTimeout', 'EventSendingRetriesTim\u0435out'];
    const inner = names.map((name) => `<${name}>10</${name}>`).join('');
    const { items } = await importText(
      folder.path,
      service(`<ServiceSettings>${inner}</ServiceSettings>`),
    );
    for (const name of names) expect(saidOf(items, name)[0]).toMatch(/^changed /);
  });

  test('what is not known is told of, attributes too', async () => {
    const { items } = await importText(
      folder.path,
      service('<ServiceSettings mode="x"><New a="1">on</New></ServiceSettings>'),
    );
    expect(
      items.filter(({ status }) => status === 'not supported').map(({ element }) => element),
    ).toEqual([
      'Configuration',
      'ServiceSettings@mode',
      'ServiceSettings > New',
      'ServiceSettings > New@a',
    ]);
  });
});

describe('tenants of 5.x', () => {
  const text = `<C><Domains><Domain name="A"><InputSettings><ConnectionString>:1001</ConnectionString></InputSettings></Domain>
<Domain name="general"><InputSettings><ConnectionString>:1002</ConnectionString></InputSettings></Domain></Domains></C>`;
  const listenOf = async (tenant?: string): Promise<string | undefined> => {
    writeFileSync(join(folder.path, 't.conf'), text);
    const request = { files: ['t.conf'], cwd: folder.path, outputDirectory: folder.path, tenant };
    return /listen: (\S+)/.exec((await importCybertrace(request)).config?.text ?? '')?.[1];
  };

  test('General is taken, or the one that is named', async () => {
    expect(await listenOf()).toBe(':1002');
    expect(await listenOf('A')).toBe(':1001');
    const { message } = await refusal(listenOf('B'));
    expect(message).toBe('found no tenant "B", expected one of "A", "general"');
  });
});

describe('files that cannot be imported', () => {
  const importing = (name: string, text: string): Promise<unknown> => {
    writeFileSync(join(folder.path, name), text);
    return importCybertrace({ files: [name], cwd: folder.path, outputDirectory: folder.path });
  };

  test.each([
    ['a.conf', '<A>\n<B>', 'a.conf:2:4', 'unclosed tag'],
    [
      'b.conf',
      '<Settings><Feeds><Feed enabled="true"><Name>x</Name></Feed></Feeds></Settings>',
      'b.conf:1:1',
      'the configuration of Feed Utility',
    ],
    ['c.conf', '<Pom/>', 'c.conf:1:1', 'the element Pom'],
    ['d.conf', '{"a": [', 'd.conf:1:', 'bad syntax'],
    ['e.conf', '{"a": 1}', 'e.conf:1:1', 'no feed in it'],
    [
      'f.conf',
      '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>',
      'f.conf:1:',
      'a DOCTYPE',
    ],
  ])('%s', async (name, text, where, found) => {
    const error = await refusal(importing(name, text));
    expect(error.code).toBe('TF_CONFIG');
    expect(error.where).toContain(where);
    expect(error.message).toContain(found);
    expect(error.hint).toBeDefined();
  });

  test('a file that is not there, two of a kind, kl_feed_info.conf alone', async () => {
    expect(
      await refusal(importCybertrace({ files: ['none'], cwd: folder.path, outputDirectory: '/' })),
    ).toMatchObject({
      code: 'TF_CONFIG',
      where: 'none',
    });
    expect(await refusal(importing('g.conf', '[{"name": "A", "fields": []}]'))).toMatchObject({
      code: 'TF_USAGE',
    });
    writeFileSync(join(folder.path, 'h.conf'), '<C><InputSettings/></C>');
    const twice = { files: ['h.conf', 'h.conf'], cwd: folder.path, outputDirectory: folder.path };
    expect(await refusal(importCybertrace(twice))).toMatchObject({ code: 'TF_USAGE' });
  });

  test('what a tenant leaves out General says', async () => {
    const text = `<Configuration><Domains>
<Domain name="General"><Feeds><Feed filename="General.json" enabled="true" confidence="100"/></Feeds></Domain>
<Domain name="Branch"><InputSettings><ConnectionString>127.0.0.1:7001</ConnectionString></InputSettings></Domain>
</Domains></Configuration>`;
    writeFileSync(join(folder.path, 'branch.conf'), text);
    const request = { files: ['branch.conf'], cwd: folder.path, outputDirectory: folder.path };
    const { config } = await importCybertrace({ ...request, tenant: 'Branch' });
    expect(config?.text).toContain('127.0.0.1:7001');
    expect(config?.text).toContain('General.json');
  });
});
