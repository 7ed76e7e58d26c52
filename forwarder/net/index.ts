/**
 * How servers are asked: over HTTP, with certificates, through proxies, at a pace. Stages that ask
 * servers share it; what is asked for is theirs:
 *
 *     const client = await openHttpClient(address, access, { what: askedFeed, clock });
 *     const content = await client.ask({ url: address }, (answer) => readJson(answer, 65_536));
 *     await client.close();
 */
export type { Access } from './access.js';
export type { AskedThing } from './asked-thing.js';
export { Breaker, type BreakerOptions } from './breaker.js';
export { ExpiringCache } from './expiring-cache.js';
export { readBody, tooLarge, type Answer } from './http/answer.js';
export { basic, createDispatcher } from './http/dispatcher.js';
export { FetchError, type FetchErrorDetails } from './http/fetch-error.js';
export {
  openHttpClient,
  type HttpClient,
  type HttpClientOptions,
  type HttpRequest,
} from './http/http-client.js';
export { networkFault } from './http/network-faults.js';
export { readJson } from './http/read-json.js';
export { retryAfterMs } from './http/retry-after.js';
export { saveBody } from './http/save-body.js';
export { statusFault, type StatusFaultOptions } from './http/status-faults.js';
export { readTlsFiles, type TlsMaterial } from './http/tls-files.js';
export { Pace } from './pace.js';
export { shownAddress } from './shown-address.js';
