import type { ConfigFile } from '../find-file.js';
import type { FeedInfo } from './feed-info.js';
import { importServiceConfig, type ServiceImport } from './import-service-config.js';
import { feedsFolder } from './feeds-folder.js';
import { reportScannerConfig } from './import-scanner.js';
import { kindOfXml } from './recognise.js';
import type { ImportFault, ImportItem } from './report.js';
import { parseXml } from './xml/parse-xml.js';

export interface ImportTextOptions {
  /** What kl_feed_info.conf says; asked of kl_feed_service.conf only. */
  readonly info: () => Promise<FeedInfo | undefined>;
  readonly tenant?: string | undefined;
  /** The folder of the file that is written (or, where none is, of the XML file). */
  readonly writtenIn: string;
  /** The folder of the feeds' files, as it is to be written, whatever the file says. */
  readonly feedsDirectory?: string | undefined;
}

/** What became of an XML file of CyberTrace. */
export type ImportedText =
  | { readonly kind: 'service'; readonly service: ServiceImport }
  | { readonly kind: 'scanner'; readonly items: readonly ImportItem[] }
  | { readonly kind: 'fault'; readonly fault: ImportFault };

/** Imports an XML file: kl_feed_service.conf, or log_scanner.conf. */
export async function importText(
  file: ConfigFile,
  options: ImportTextOptions,
): Promise<ImportedText> {
  const tree = parseXml(file.text);
  if (!tree.ok) return { kind: 'fault', fault: { file: file.shownPath, ...tree.problem } };
  const root = tree.value;
  const fault = (found: string, expected: string): ImportedText => ({
    kind: 'fault',
    fault: { file: file.shownPath, position: root.position, found, expected },
  });
  const kind = kindOfXml(root);
  switch (kind) {
    case 'service': {
      const service = importServiceConfig(root, {
        file: file.shownPath,
        info: await options.info(),
        tenant: options.tenant,
        feedsFolder: (bases) =>
          options.feedsDirectory ?? feedsFolder(bases, file.directory, options.writtenIn),
      });
      if (options.tenant === undefined || service.tenant !== undefined) {
        return { kind: 'service', service };
      }
      const names = service.tenants.map((name) => `"${name}"`).join(', ');
      return fault(
        `no tenant "${options.tenant}"`,
        names === '' ? 'no --tenant' : `one of ${names}`,
      );
    }
    case 'scanner':
      return { kind: 'scanner', items: reportScannerConfig(root, file.shownPath) };
    case 'feed-utility':
      return fault('the configuration of Feed Utility', 'kl_feed_service.conf');
    case 'unknown':
      return fault(`the element ${root.name.slice(0, 80)}`, 'kl_feed_service.conf of CyberTrace');
    default:
      return kind satisfies never;
  }
}
