import { replace } from '../feeds-replace.js';
import { feeds } from '../feeds.js';
import { compare } from './compare.js';
import { growth } from './growth.js';
import { latency } from './latency.js';
import { lookups } from './lookups.js';
import type { Suite } from './suite.js';
import { swap } from './swap.js';

/** All suites; a new one is a file and a line here, and its name in options.ts. */
export const suites: readonly Suite[] = [compare, latency, growth, swap, feeds, replace, lookups];
