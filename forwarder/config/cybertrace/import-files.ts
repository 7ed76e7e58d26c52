import { resolve } from 'node:path';

import { ServiceError } from '../../core/index.js';
import { readFeedInfo, type FeedInfo } from './feed-info.js';
import { writtenFolder } from './feeds-folder.js';
import { importText } from './import-text.js';
import { infoBeside, readImported } from './read-files.js';
import { isXml } from './is-xml.js';
import { inFileOrder, type ImportFault, type ImportItem } from './report.js';
import type { ServiceImport } from './import-service-config.js';
import { configText } from './to-yaml.js';
import type { Position } from '../read-source.js';

export interface ImportRequest {
  /** kl_feed_service.conf, and perhaps kl_feed_info.conf and log_scanner.conf, in any order. */
  readonly files: readonly string[];
  readonly cwd: string;
  /** Folder of the file that is to be written. */
  readonly outputDirectory: string;
  /** Where the feeds' files are, relative to `cwd`; what the file says when absent. */
  readonly feedsDirectory?: string | undefined;
  readonly tenant?: string | undefined;
}

export interface ImportResult {
  /** Undefined when only log_scanner.conf was given. */
  readonly config: ImportedConfig | undefined;
  /** The report: file by file, in the order of their lines. */
  readonly items: readonly ImportItem[];
}

export interface ImportedConfig {
  /** The text of forwarder.yaml. */
  readonly text: string;
  /** `4.x` */
  readonly version: string;
  readonly tenant: string | undefined;
  /** Where a place of the configuration comes from, by formatPath. */
  readonly positions: ReadonlyMap<string, Position>;
  /** The XML file, as the operator named it. */
  readonly file: string;
}

/**
 * Imports files of CyberTrace. Throws ServiceError TF_CONFIG for a file that cannot be read or is none
 * of them, TF_USAGE for two of a kind.
 */
export async function importFiles(request: ImportRequest): Promise<ImportResult> {
  const files = await Promise.all(request.files.map((file) => readImported(file, request.cwd)));
  const infos = files.filter(({ text }) => !isXml(text));
  let info = infos[0] && orThrow(await readFeedInfo(infos[0].text, infos[0].shownPath));
  if (infos.length > 1) throw twice('kl_feed_info.conf');
  const documents: { file: string; service: ServiceImport }[] = [];
  const items: ImportItem[] = [];
  for (const file of files.filter(({ text }) => isXml(text))) {
    const { feedsDirectory, cwd, outputDirectory, tenant } = request;
    const imported = await importText(file, {
      info: async () => {
        const beside = infos.length > 0 ? undefined : await infoBeside(file);
        if (beside !== undefined) info = orThrow(beside);
        return info;
      },
      tenant,
      writtenIn: outputDirectory,
      feedsDirectory:
        feedsDirectory && writtenFolder(resolve(cwd, feedsDirectory), outputDirectory),
    });
    switch (imported.kind) {
      case 'fault':
        throw faultError(imported.fault);
      case 'scanner':
        items.push(...inFileOrder(imported.items));
        break;
      case 'service':
        if (documents.length > 0) throw twice('kl_feed_service.conf');
        documents.push({ file: file.shownPath, service: imported.service });
        items.unshift(...inFileOrder(imported.service.draft.items));
        break;
      default:
        return imported satisfies never;
    }
  }
  const [document] = documents;
  if (document === undefined && items.length === 0) {
    throw new ServiceError('TF_USAGE', 'kl_feed_info.conf alone is no configuration', {
      hint: 'name kl_feed_service.conf too',
    });
  }
  items.push(...(info?.items ?? []));
  return { config: document && (await configOf(document.file, document.service)), items };
}

async function configOf(
  file: string,
  { draft, era, tenant }: ServiceImport,
): Promise<ImportedConfig> {
  const heading = [
    `Configuration of the threat forwarder, imported from CyberTrace ${era} (${file}).`,
    'docs/guides/move-from-cybertrace.md says what became of each setting.',
  ].join('\n');
  const text = await configText(draft.value, draft.comments, heading);
  return { text, version: era, tenant, positions: draft.positions, file };
}

function orThrow(read: { readonly info: FeedInfo } | { readonly fault: ImportFault }): FeedInfo {
  if ('info' in read) return read.info;
  throw faultError(read.fault);
}

function faultError({ file, position, found, expected }: ImportFault): ServiceError {
  return new ServiceError('TF_CONFIG', `found ${found}, expected ${expected}`, {
    where: `${file}:${position.line}:${position.column}`,
    hint: 'name kl_feed_service.conf of CyberTrace, as CyberTrace itself reads it',
  });
}

function twice(name: string): ServiceError {
  return new ServiceError('TF_USAGE', `two files are ${name}`, {
    hint: 'import one installation at a time',
  });
}
