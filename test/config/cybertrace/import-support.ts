import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { importCybertrace } from '../../../forwarder/config/index.js';
import type { ImportItem, ImportResult } from '../../../forwarder/config/index.js';
import { readSource } from '../../../forwarder/config/read-source.js';

export const fixtures = fileURLToPath(new URL('../../fixtures/cybertrace', import.meta.url));

/** A folder for one test file; `remove` deletes it. */
export function scratch(): { readonly path: string; readonly remove: () => void } {
  const path = mkdtempSync(join(tmpdir(), 'forwarder-import-'));
  return {
    path,
    remove: () => {
      rmSync(path, { recursive: true, force: true });
    },
  };
}

/** An import of one text, with the configuration as data. */
export interface ImportedText extends ImportResult {
  readonly value: Readonly<Record<string, never>>;
}

/** Imports a text as kl_feed_service.conf of a folder. */
export async function importText(directory: string, text: string): Promise<ImportedText> {
  writeFileSync(join(directory, 'kl_feed_service.conf'), text);
  const result = await importCybertrace({
    files: ['kl_feed_service.conf'],
    cwd: directory,
    outputDirectory: directory,
  });
  const { value, problems } = await readSource(result.config?.text ?? '');
  if (problems.length > 0) throw new Error(JSON.stringify(problems));
  return { ...result, value: value as ImportedText['value'] };
}

/** `status | where it is now | what is said` of the settings whose name ends so. */
export function saidOf(items: readonly ImportItem[], ending: string): readonly string[] {
  return items
    .filter(({ element }) => element.endsWith(ending))
    .map(({ status, target = '', detail }) => [status, target, detail].join(' | '));
}

/** A whole file around some sources. */
export function withSources(sources: string): string {
  return `<Configuration><InputSettings><ConnectionString>127.0.0.1:9999</ConnectionString><RegExps>${sources}</RegExps></InputSettings>
<Feeds><Feed filename="Malicious_URL_Data_Feed.json" confidence="100"/></Feeds>
<OutputSettings><EventFormat>%Category%</EventFormat><AlertFormat>%Alert%</AlertFormat><ConnectionString>127.0.0.1:9998</ConnectionString></OutputSettings>
</Configuration>`;
}
