/**
 * Normal forms: two values are the same indicator when and only when their normal forms are equal.
 * Nothing here throws, whatever the text; undefined says that it is no such value.
 *
 *     normaliseUrl('https://www.Example.com:443/?q=hello%20world#top')?.value  // example.com/?q=hello world
 *     parseIp('2001:DB8:0::1')                                                 // 2001:db8::1
 *
 * may-leave.ts is imported by itself: it brings a library that the threads of the hot path need not load.
 */
export { codeAt } from './code-at.js';
export { hashKindOfLength, isHexDigit, normaliseHash, type NormalHash } from './hash.js';
export { hostWithoutWww, isHostname, normaliseHost } from './host.js';
export { parseCidr, parseIp, type Cidr } from './ip.js';
export { ipv4Text, parseIpv4, parseIpv4Loose } from './ipv4.js';
export { ipText, ipv6Text, mappedIpv4, parseIpv6 } from './ipv6.js';
export type { NormalUrl } from './normal-url.js';
export { refang } from './refang.js';
export { normaliseUrl, normaliseUrlMask } from './url.js';
