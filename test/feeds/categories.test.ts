import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { indicatorKinds, type IndicatorKind } from '../../forwarder/core/index.js';
import { categoriesFor, confidenceFor, roleFor } from '../../forwarder/feeds/index.js';

describe('categories by the feed’s name', () => {
  test.each<[string, IndicatorKind, string]>([
    ['Malicious_URL_Data_Feed', 'url', 'KL_Malicious_URL'],
    ['Malicious_URL_Data_Feed', 'domain', 'KL_Malicious_URL'],
    ['Malicious_Hash_Data_Feed', 'md5', 'KL_Malicious_Hash_MD5'],
    ['Malicious_Hash_Data_Feed', 'sha1', 'KL_Malicious_Hash_SHA1'],
    ['Malicious_Hash_Data_Feed', 'sha256', 'KL_Malicious_Hash_SHA256'],
    ['Phishing_URL_Data_Feed', 'url', 'KL_Phishing_URL'],
    ['Botnet_CnC_URL_Data_Feed', 'url', 'KL_BotnetCnC_URL'],
    ['Botnet_CnC_URL_Exact_Data_Feed', 'url', 'KL_BotnetCnC_URL'],
    ['Mobile_Botnet_Data_Feed', 'url', 'KL_Mobile_BotnetCnc_URL'],
    ['Mobile_Botnet_CnC_URL_Data_Feed', 'domain', 'KL_Mobile_BotnetCnc_URL'],
    ['Mobile_Botnet_Data_Feed', 'md5', 'KL_Mobile_Botnet_Hash_MD5'],
    ['Mobile_Malicious_Hash_Data_Feed', 'sha256', 'KL_Mobile_Malicious_Hash_SHA256'],
    ['P-SMS_Trojan_Data_Feed', 'md5', 'KL_PSMS_Hash_MD5'],
    ['PSMS_Trojan_Data_Feed', 'sha1', 'KL_PSMS_Hash_SHA1'],
    ['IP_Reputation_Data_Feed', 'ip', 'KL_IP_Reputation'],
    ['IP_Reputation_Data_Feed', 'cidr', 'KL_IP_Reputation'],
    ['Ransomware_URL_Data_Feed', 'url', 'KL_Ransomware_URL'],
    ['IoT_URL_Data_Feed', 'url', 'KL_IoT_URL'],
    ['IoT_Hash_Data_Feed', 'md5', 'KL_IoT_Hash_MD5'],
    ['APT_URL_Data_Feed', 'url', 'KL_APT_URL'],
    ['APT_IP_Data_Feed', 'ip', 'KL_APT_IP'],
    ['APT_Hash_Data_Feed', 'sha1', 'KL_APT_Hash_SHA1'],
    ['ICS_Hash_Data_Feed', 'md5', 'KL_ICS_Hash_MD5'],
    ['Vulnerability_Data_Feed', 'sha256', 'KL_Vulnerability_Hash_SHA256'],
    ['InternalTI', 'url', 'KL_InternalTI_URL'],
    ['InternalTI', 'ip', 'KL_InternalTI_IP'],
    ['Demo_Botnet_CnC_URL_Data_Feed', 'url', 'KL_BotnetCnC_URL'],
    ['Demo_IP_Reputation_Data_Feed', 'ip', 'KL_IP_Reputation'],
    ['Demo_Malicious_Hash_Data_Feed', 'md5', 'KL_Malicious_Hash_MD5'],
    ['demo_mobile_botnet_data_feed', 'url', 'KL_Mobile_BotnetCnc_URL'],
    ['PHISHING', 'url', 'KL_Phishing_URL'],
    // Unknown feeds, and names that only begin like a known one.
    ['APTnotes', 'ip', 'KL_APTnotes_IP'],
    ['Exploit_Hash_Data_Feed', 'md5', 'KL_Exploit_Hash_MD5'],
    ['Crimeware_URL_Data_Feed', 'url', 'KL_Crimeware_URL'],
    ['partner list-7', 'cidr', 'KL_partner_list_7_IP'],
    ['ALERT_feed', 'url', 'KL_Feed_ALERT_feed_URL'],
    ['---', 'url', 'KL_Feed_URL'],
  ])('%s, %s: %s', (name, kind, category) => {
    expect(categoriesFor(name)[kind]).toBe(category);
  });

  test('every name gives a legal category for every kind', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string(), fc.constantFrom('ALERT', 'alert_x', 'Demo_', 'EVALUATION')),
        (name) => {
          const categories = categoriesFor(name);
          for (const kind of indicatorKinds) {
            expect(categories[kind]).toMatch(
              /^KL_(?!ALERT_|EVALUATION_)[A-Za-z0-9]+(_[A-Za-z0-9]+)*$/,
            );
            expect(categories[kind].length).toBeLessThanOrEqual(255);
          }
        },
      ),
    );
  });

  test('configured categories win, kind by kind', () => {
    const categories = categoriesFor('Malicious_URL_Data_Feed', { url: 'KL_Own_URL' });
    expect([categories.url, categories.domain]).toEqual(['KL_Own_URL', 'KL_Malicious_URL']);
  });

  test.each([
    ['KL_ALERT_URL'],
    ['Own_URL'],
    ['KL_a|b'],
    ['KL_'],
    ['KL_a__b'],
    ['KL_a\n'],
    [`KL_${'a'.repeat(253)}`],
  ])('a configured %j is refused', (category) => {
    expect(() => categoriesFor('x', { md5: category })).toThrow(
      expect.objectContaining({ code: 'TF_CONFIG', where: 'feed x, categories.md5' }),
    );
  });
});

test.each([
  ['FalsePositive', 'suppress'],
  ['falsepositive_Data_Feed', 'suppress'],
  ['InternalTI', 'always'],
  ['Demo_InternalTI', 'always'],
  ['InternalTIx', 'detect'],
  ['Malicious_URL_Data_Feed', 'detect'],
])('role of %s: %s', (name, role) => {
  expect(roleFor(name)).toBe(role);
});

test.each([
  ['Malicious_URL_Data_Feed', 100],
  ['Demo_IP_Reputation_Data_Feed', 100],
  ['Malicious_URL_Data_Feed_20240519', 100],
  ['Malicious', 50],
  ['osint', 50],
])('confidence of %s: %i', (name, confidence) => {
  expect(confidenceFor(name)).toBe(confidence);
});
