import { cef } from './cef.js';
import { endpoint } from './endpoint.js';
import type { Family } from './family.js';
import { firewall } from './firewall.js';
import { leef } from './leef.js';
import { proxy } from './proxy.js';
import { text } from './text.js';

/** All families; a new one is a file and a line here. The order is part of what a seed gives. */
export const families: readonly Family[] = [proxy, endpoint, firewall, leef, cef, text];
export { proxy };
export type { Family, Slots } from './family.js';
