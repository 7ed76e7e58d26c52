/**
 * Lookups in the Threat Intelligence Portal and in OpenTIP:
 *
 *     const portal = await openPortal({ portal: 'tip', credentials, timeoutMs: 30_000, … });
 *     const result = await portal.lookup({ kind: 'ip', value: '192.0.2.1', text: '192.0.2.1' }, 'all');
 *     await portal.close();
 */
export type { PortalCredentials, PortalOptions } from './client/portal-options.js';
export type { KlFieldRule, KlFields, KlValue, LookupFunction } from './kl-fields.js';
export {
  lookupKinds,
  zones,
  type LookupKind,
  type LookupObject,
  type Zone,
} from './lookup-object.js';
export {
  lookupFailures,
  type LookupFailure,
  type LookupResult,
  type Quota,
  type Report,
} from './lookup-result.js';
export { openPortal } from './open-portal.js';
export type { CachingPortal, Portal, Sections } from './portal.js';
