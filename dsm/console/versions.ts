import { ConsoleError } from './console-error.js';
import { printed } from './http/printed.js';

/** The newest version of the REST API this program was written for: 7.5.0 Update Package 12. */
export const newestKnownVersion = '26.0';

/** An entry of GET /help/versions. */
interface Offered {
  readonly version: string;
  readonly isDeprecated: boolean;
}

/**
 * Chooses the version of the REST API: the one that is wanted, which must be offered; else the newest
 * that the console and this program know, a deprecated one only if there is no other. `offered` is the
 * answer to GET /help/versions. Throws ConsoleError TF_CONFIG.
 */
export function chooseVersion(
  offered: readonly unknown[],
  wanted: string | undefined,
  where: string,
): string {
  const usable = offered.flatMap(readOffered).sort((a, b) => compare(b.version, a.version));
  const all = printed(usable.map(({ version }) => version).join(', ')) || 'none';
  if (wanted !== undefined) {
    const found = usable.find(({ version }) => compare(version, wanted) === 0);
    if (found !== undefined) return found.version;
    throw new ConsoleError(
      'TF_CONFIG',
      `the console does not offer version ${printed(wanted, 20)} of its REST API, but ${all}`,
      { where, hint: 'name one of those with --api-version (console.apiVersion), or none' },
    );
  }
  const known = usable.filter(({ version }) => compare(version, newestKnownVersion) <= 0);
  const chosen = known.find(({ isDeprecated }) => !isDeprecated) ?? known[0];
  if (chosen !== undefined) return chosen.version;
  throw new ConsoleError(
    'TF_CONFIG',
    `the console offers no version of its REST API up to ${newestKnownVersion}, but ${all}`,
    { where, hint: 'try one it offers with --api-version, or use a newer threat-forwarder' },
  );
}

function readOffered(entry: unknown): readonly Offered[] {
  if (typeof entry !== 'object' || entry === null) return [];
  const { version, removed, deprecated } = entry as Record<string, unknown>;
  if (typeof version !== 'string' || !/^\d{1,4}\.\d{1,4}$/.test(version)) return [];
  return removed === true ? [] : [{ version, isDeprecated: deprecated === true }];
}

function compare(a: string, b: string): number {
  const [majorA = 0, minorA = 0] = a.split('.').map(Number);
  const [majorB = 0, minorB = 0] = b.split('.').map(Number);
  return majorA - majorB || minorA - minorB;
}
