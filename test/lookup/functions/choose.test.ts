import { describe, expect, test } from '@jest/globals';

import {
  defaultFunctionFor,
  functionNamed,
  functionsOfFields,
  givesField,
  lookupFunctions,
  pickFields,
} from '../../../forwarder/lookup/functions/index.js';
import { lookupKinds, type LookupKind } from '../../../forwarder/lookup/lookup-object.js';

describe('a function', () => {
  test('is found by its name, and by the other one that the README has', () => {
    for (const one of lookupFunctions) expect(functionNamed(one.name)).toBe(one);
    expect(functionNamed('get_ip_filehostdownload_report')?.name).toBe('get_ip_report_file');
    expect(functionNamed('GET_IP_REPORT')).toBeUndefined();
    expect(functionNamed('__proto__')).toBeUndefined();
  });

  test('is there for each kind', () => {
    expect(lookupKinds.map((kind) => defaultFunctionFor(kind).name)).toEqual([
      'get_hash_report',
      'get_ip_report',
      'get_domain_report',
      'get_url_report',
    ]);
  });
});

describe('the fewest functions of some fields', () => {
  test.each<[LookupKind, string, string]>([
    ['hash', 'KLZone KLHits', 'get_hash_report'],
    ['hash', 'KLThreatScore KLDomainName', ''],
    ['ip', '', ''],
    ['ip', '$KLZone', 'get_ip_report'],
    ['ip', 'KLRedMd5', 'get_ip_report_file'],
    ['ip', 'KLRedMd5 KLZone', 'get_ip_report get_ip_report_file'],
    ['ip', 'KLOwnerEmail', 'get_ip_report'],
    ['ip', 'KLIPDNSResolutionsDomains', 'get_ip_report'],
    // Names of other kinds cost no request, though they look like contacts' names.
    ['ip', 'KLDomainName KLRegistrarEmail KLRedMd5', 'get_ip_report_file'],
    ['domain', 'KLHits', 'get_domain_report'],
    ['domain', 'KLURLsCount', 'get_domain_report_generalinfo'],
    ['domain', 'KLURLCount KLURLsCount', 'get_domain_report_generalinfo'],
    ['domain', 'KLZone KLURLsCount', 'get_domain_report get_domain_report_generalinfo'],
    ['domain', 'KLMalwareStatusIP', 'get_domain_report_dnsresolution'],
    ['domain', 'KlRegistrarInfo', 'get_domain_report_whois'],
    ['domain', 'KLRegistrarInfo KLTechnicalCity', 'get_domain_report'],
    ['domain', 'KLRedURLReferrals KLCreated', 'get_domain_report'],
    ['url', 'KLRedUrlReferrals', 'get_url_report'],
    ['url', 'KLRedURLReferrals', 'get_url_report'],
    ['url', 'KLRedFileDownloadedMd5 KLHost', 'get_url_report get_url_report_file'],
    ['url', 'klhost KLNothing KL', ''],
  ])('%s %s: %s', (kind, names, functions) => {
    const found = functionsOfFields(kind, names.split(' '));
    expect(found.map(({ name }) => name).join(' ')).toBe(functions);
  });

  test('every documented name is given by a function of its kind', () => {
    for (const one of lookupFunctions) {
      for (const { name, alias } of one.rules) {
        const asked = [name, alias ?? name].map((text) => text.replace('<Role>', 'Owner'));
        expect(functionsOfFields(one.kind, asked)).toHaveLength(1);
        expect(asked.every((text) => givesField(one, `$${text}`))).toBe(true);
      }
    }
  });
});

test('fields are picked in the order asked for', () => {
  const fields = new Map([
    ['KLZone', 'Red'],
    ['KLHits', '1'],
    ['KLMd5', 'x'],
  ]);
  expect([...pickFields(fields, ['$KLMd5', 'KLNone', 'KLZone'])]).toEqual([
    ['KLMd5', 'x'],
    ['KLZone', 'Red'],
  ]);
});
