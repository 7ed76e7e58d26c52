import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

import { messageOf, ServiceError } from '../../core/index.js';
import { dialectFileName, readDialectFile } from './dialect-file.js';
import type { DialectFile } from './dialect-file.js';

/** The dialect of `templates.directory`: what JSA gets. */
export const leefName = 'leef';

/** What is said about a dialect that has templates and no dialect.json. */
const leefDescription = 'LEEF 1.0 for JSA and QRadar, by the templates of templates.directory';
const templatesDescription = 'LEEF 1.0 by templates of its own';

/** A dialect that comes with the package: its folder, and its formats unless it has templates. */
export interface ReadyDialect {
  readonly name: string;
  readonly directory: string;
  readonly file: string;
  readonly definition: DialectFile | undefined;
}

/** The names of the dialects that come with the package, `leef` among them, sorted. */
export async function readyNames(packageDirectory: string): Promise<readonly string[]> {
  const directory = join(packageDirectory, 'templates');
  try {
    const entries = await readdir(directory, { withFileTypes: true });
    return entries
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name)
      .sort();
  } catch (error) {
    throw new ServiceError('TF_TEMPLATE', `cannot list the dialects: ${messageOf(error)}`, {
      where: directory,
      hint: 'the package is not complete: install it again',
      cause: error,
    });
  }
}

/** Reads a ready dialect; the name must be one of readyNames(). Throws ServiceError TF_TEMPLATE. */
export async function readReadyDialect(
  packageDirectory: string,
  name: string,
): Promise<ReadyDialect> {
  const directory = join(packageDirectory, 'templates', name);
  const file = join(directory, dialectFileName);
  return { name, directory, file, definition: await readDialectFile(file) };
}

/** All dialects that need no configuration, for people. Throws ServiceError TF_TEMPLATE. */
export async function readyDialects(
  packageDirectory: string,
): Promise<readonly { readonly name: string; readonly description: string }[]> {
  const names = await readyNames(packageDirectory);
  return Promise.all(
    names.map(async (name) => {
      if (name === leefName) return { name, description: leefDescription };
      const { definition } = await readReadyDialect(packageDirectory, name);
      return { name, description: definition?.description ?? templatesDescription };
    }),
  );
}
