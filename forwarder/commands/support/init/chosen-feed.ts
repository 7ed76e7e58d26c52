import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

import type { ChosenFeed } from './answers.js';
import { pathFrom } from './held-secret.js';
import type { SecretPlaces } from './held-secret.js';

/** Whether the server is one that Kaspersky's certificates are for; others need not know who asks. */
export function isKaspersky(url: string): boolean {
  return /^https:/i.test(url) && /(?:^|\.)kaspersky\.com$/.test(new URL(url).hostname);
}

/** What is wrong with the address of a feed; undefined when nothing is. */
export function urlProblem(url: string): string | undefined {
  if (!/^https?:\/\//i.test(url) || !URL.canParse(url))
    return 'it is no http:// or https:// address';
  const { username, password } = new URL(url);
  return username + password === ''
    ? undefined
    : "user name and password do not belong there: write them under the feed's auth afterwards";
}

/** Files as an entry of the configuration; the path was given from the working directory. */
export function filesFeed(pattern: string, { cwd, directory }: SecretPlaces): ChosenFeed {
  return { kind: 'files', path: pathFrom(directory, resolve(cwd, pattern)) };
}

/** What is wrong with a path or pattern; undefined when something is there. */
export async function filesProblem(
  pattern: string,
  { cwd }: SecretPlaces,
): Promise<string | undefined> {
  if (existsSync(resolve(cwd, pattern))) return undefined;
  const { glob } = await import('glob');
  const found = await glob(pattern, { cwd, nodir: true });
  return found.length === 0 ? `no file is there (${resolve(cwd, pattern)})` : undefined;
}
