import { join } from 'node:path';
import { ServiceError } from '../../core/index.js';

/** Where a feed comes from, of an entry that does not name files; one of the three is there. */
export interface RemotePlace {
  readonly name?: string | undefined;
  readonly url?: string | undefined;
  readonly taxii?: string | undefined;
  readonly misp?: string | undefined;
}

/** The file that the fetched feed is kept in, and what is known about it beside it. */
export function fetchedPath(directory: string, name: string): string {
  return join(directory, `${name}.feed`);
}

export function fetchStatePath(directory: string, name: string): string {
  return join(directory, `${name}.state.json`);
}

/**
 * The name of a feed that is fetched: its own, or by its address:
 * `https://x.example/lists/bad-urls.csv.gz` → `bad-urls`, a TAXII collection → `TAXII_<id>`, a MISP
 * server → `MISP_misp_example_org`.
 */
export function nameOfSource({ name, url, taxii, misp }: RemotePlace): string {
  if (name !== undefined) return name;
  const raw =
    misp !== undefined
      ? `MISP_${new URL(misp).hostname}`
      : taxii !== undefined
        ? `TAXII_${lastStep(taxii)}`
        : lastStep(url ?? '')
            .replace(/\.(?:gz|zip)$/i, '')
            .replace(/\.[A-Za-z0-9]{1,5}$/, '');
  const cleaned = raw.replace(/[^A-Za-z0-9_-]+/g, '_').slice(0, 100);
  if (/[A-Za-z0-9]/.test(cleaned)) return cleaned;
  throw new ServiceError('TF_FEED', 'No name for the feed can be made from its address.', {
    where: misp ?? taxii ?? url ?? 'feeds',
    hint: "Set name in the feed's entry.",
  });
}

/** The last step of an address's path, or its host. */
function lastStep(address: string): string {
  const { pathname, hostname } = new URL(address);
  const steps = pathname.split('/').filter((step) => step !== '' && step !== 'objects');
  return steps.at(-1) ?? hostname;
}
