import { bad, ok } from '../../core/index.js';
import { basic } from '../../net/index.js';
import type { Report } from '../lookup-result.js';
import { encodedValue } from './encode-value.js';
import type { PortalShape } from './portal-shape.js';

/** The section that tells how much of the quota is used; it costs nothing to ask for it too. */
const licence = 'LicenseInfo';

/**
 * The Kaspersky Threat Intelligence Portal, Threat Lookup API:
 * `GET /api/<hash|ip|domain|url>/<value>?sections=A,B` (its help, "Threat Lookup API").
 */
export const tip: PortalShape = {
  name: 'tip',
  title: 'the Threat Intelligence Portal',
  url: 'https://tip.kaspersky.com',
  apiPath: '/api',
  unauthorisedHint:
    'check user name, password and certificate (or the token) of lookup, and accept the terms of the portal in a browser once; nothing more is asked until the program is started or reloaded with others',
  forbiddenHint:
    'the quota of the day is used up, or the account may not use the API: see the licence in the portal; it is asked again after 15 minutes, or at 00:00 UTC',
  question(object, sections) {
    const value = encodedValue(object);
    if (!value.ok) return value;
    const path = `/${object.kind}/${value.value}`;
    if (sections === 'all') return ok(path);
    const wanted = [...new Set([...sections, licence])].map(encodeURIComponent).join(',');
    return ok(`${path}?sections=${wanted}`);
  },
  headers({ username = '', password = '', token = '' }) {
    if (token !== '') return ok({ authorization: `Bearer ${token}` });
    if (username === '' || password === '') {
      return bad('a user name, its password and a certificate; or a token');
    }
    return ok({ authorization: basic(username, password) });
  },
  quotaOf(report: Report) {
    const info = report[licence];
    if (typeof info !== 'object' || info === null) return undefined;
    const { DayRequests: used, DayQuota: perDay } = info as Readonly<Record<string, unknown>>;
    if (!isCount(used)) return undefined;
    return { used, perDay: isCount(perDay) ? perDay : undefined };
  },
};

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
