import type { LookupObject } from './lookup-object.js';
import type { LookupResult, Quota } from './lookup-result.js';

/** Sections of a reply by the portal's names; `all`: whatever the portal gives when none are named. */
export type Sections = readonly string[] | 'all';

/** A portal that answers lookups. Never throws for what a portal, a network or a value can do. */
export interface Portal {
  readonly name: 'tip' | 'opentip';
  /** As it may be shown: `https://tip.kaspersky.com`. */
  readonly address: string;
  /** As of the last answer; undefined before the first. */
  readonly quota: Quota | undefined;
  /**
   * Looks one object up. Equal lookups at the same time are one request. OpenTIP knows no sections and
   * always gives all it has.
   */
  lookup(object: LookupObject, sections: Sections, signal?: AbortSignal): Promise<LookupResult>;
  close(): Promise<void>;
}

/** A portal whose answers are kept. */
export interface CachingPortal extends Portal {
  /** What is kept in memory of this lookup and still holds; asks nobody, touches no disk. */
  known(object: LookupObject, sections: Sections): LookupResult | undefined;
}
