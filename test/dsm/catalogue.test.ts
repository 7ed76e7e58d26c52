import { describe, expect, test } from '@jest/globals';

import { describeEvent, eventCatalogue, eventTypes, headerField } from '../../dsm/index.js';
import { categoriesFor } from '../../forwarder/feeds/categories.js';
import { statusEvents } from '../../forwarder/core/index.js';

describe('the catalogue', () => {
  test('names every event once', () => {
    const ids = eventCatalogue.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test.each(eventCatalogue.map((event) => [event.id, event] as const))(
    '%s can be imported into QRadar',
    (id, { description, severity, type, category }) => {
      expect(headerField(id)).toBe(id);
      // QRadar's import files are divided by commas and know no quotes.
      expect(`${id}${description}${category.name}`).not.toMatch(/[,"\n]/);
      expect(severity).toBeGreaterThanOrEqual(1);
      expect(severity).toBeLessThanOrEqual(10);
      expect(eventTypes).toContain(type);
      expect(category.id).toBeGreaterThan(6000);
    },
  );

  test('type and name agree', () => {
    for (const { id, type } of eventCatalogue) {
      expect(type === 'Status').toBe(id.startsWith('KL_ALERT_'));
      expect(type === 'Detect').toBe(/^KL_(?!ALERT_|EVALUATION_)/.test(id));
    }
  });

  test('has every status event the service raises, and only those as emitted', () => {
    const emitted = eventCatalogue.filter(
      ({ type, origin }) => type === 'Status' && origin === 'emitted',
    );
    expect(emitted.map(({ id }) => id).sort()).toEqual([...statusEvents].sort());
  });

  test.each([
    'Malicious_URL_Data_Feed',
    'Phishing_URL_Data_Feed',
    'Botnet_CnC_URL_Data_Feed',
    'Ransomware_URL_Data_Feed',
    'APT_URL_Data_Feed',
    'IoT_URL_Data_Feed',
    'Mobile_Botnet_Data_Feed',
    'InternalTI',
  ])('has the event of a URL of %s', (feed) => {
    const id = categoriesFor(feed).url;
    expect(eventCatalogue.find((event) => event.id === id)).toMatchObject({ origin: 'emitted' });
  });
});

describe('describeEvent', () => {
  test.each([
    ['KL_Mobile_BotnetCnc_URL', 'Detect', 8, 7061],
    ['KL_Malicious_URL', 'Detect', 8, 7058],
    ['KL_BotnetCnC_URL', 'Detect', 9, 7061],
    ['KL_IP_Reputation', 'Detect', 7, 7055],
    ['KL_Malicious_Hash_MD5', 'Detect', 8, 6004],
    ['KL_APT_Hash_SHA256', 'Detect', 9, 6004],
    ['KL_InternalTI_IP', 'Detect', 7, 7059],
    ['KL_ALERT_ServiceStarted', 'Status', 1, 8009],
    ['KL_ALERT_ServiceStopped', 'Status', 4, 8010],
    ['KL_ALERT_ServiceUnavailable', 'Status', 9, 8011],
    ['KL_ALERT_FailedToUpdateFeed', 'Status', 6, 8054],
    ['LookupFinished', 'Evaluation', 1, 8052],
    ['KL_EVALUATION_Verification', 'Evaluation', 1, 8052],
  ])('knows %s', (id, type, severity, category) => {
    expect(describeEvent(id)).toMatchObject({ id, type, severity, category: { id: category } });
  });

  test.each([
    ['KL_Partner_URL', 'Detect', 7058],
    ['KL_Partner_IP', 'Detect', 7055],
    ['KL_Partner_Hash_SHA1', 'Detect', 6004],
    ['KL_My_Botnet_IP', 'Detect', 7061],
    ['KL_Partner_Thing', 'Detect', 7006],
    ['__proto__', 'Detect', 7006],
    ['KL_ALERT_Something', 'Status', 8052],
    ['KL_EVALUATION_Something', 'Evaluation', 8052],
  ])('answers for %s, which is in no list', (id, type, category) => {
    expect(describeEvent(id)).toMatchObject({ id, type, category: { id: category } });
  });
});
