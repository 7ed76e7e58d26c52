import type { Result } from '../../core/index.js';
import type { LookupObject } from '../lookup-object.js';
import type { Quota, Report } from '../lookup-result.js';
import type { Sections } from '../portal.js';
import type { PortalCredentials } from './portal-options.js';

/** Why a value cannot be asked for; for people. */
export interface Unaskable {
  readonly failure: 'bad-request' | 'too-long';
  readonly message: string;
  readonly hint: string;
}

/** What differs from portal to portal; all else is one engine. */
export interface PortalShape {
  readonly name: 'tip' | 'opentip';
  /** As it stands in a sentence. */
  readonly title: string;
  /** Where it is when nobody says otherwise. */
  readonly url: string;
  /** Between the address and the path of a question: `/api`. */
  readonly apiPath: string;
  /** Path and query of a question, from the API's own root: `/ip/192.0.2.1?sections=Zone`. */
  question(object: LookupObject, sections: Sections): Result<string, Unaskable>;
  /** The headers that tell who asks; a bad result says what is missing. */
  headers(credentials: PortalCredentials): Result<Readonly<Record<string, string>>, string>;
  /** What a report tells about the day's requests; undefined when nothing. */
  quotaOf(report: Report): Omit<Quota, 'source'> | undefined;
  /** What to do where credentials are not accepted (401). */
  readonly unauthorisedHint: string;
  /** What to do where no more is allowed (403). */
  readonly forbiddenHint: string;
}
