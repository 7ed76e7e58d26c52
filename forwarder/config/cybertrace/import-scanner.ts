import { ImportDraft } from './import-draft.js';
import type { ImportItem } from './report.js';
import { childrenOf, type XmlElement } from './xml/element.js';

/** What Log Scanner's settings are to `threat-forwarder scan`: a flag, or only its file. */
const settings: readonly (readonly [name: string, flag: string])[] = [
  ['Connection', '--connect'],
  ['ThreadsCount', '--threads'],
  ['OutputDir', '--output-dir'],
  ['Timeout', '--timeout'],
  ['Pattern', ''],
  ['Verbose', ''],
];

/** Whether a document is log_scanner.conf (CyberTrace help, page 171646). */
export function isScannerConfig(root: XmlElement): boolean {
  return settings.some(([name]) => childrenOf(root, name).length > 0);
}

/** The report about log_scanner.conf: it is not imported, `scan` reads it as it is. */
export function reportScannerConfig(root: XmlElement, file: string): readonly ImportItem[] {
  const draft = new ImportDraft(file, root);
  for (const [name, flag] of settings) {
    for (const element of childrenOf(root, name)) {
      const value = element.text.trim();
      const isShown = flag !== '' && value !== '' && !/[\r\n]/.test(value);
      draft.report(element, {
        status: 'taken over',
        target: isShown ? `scan ${flag} ${value.slice(0, 200)}` : 'scan',
        detail: `threat-forwarder scan -c ${file} reads it as it is`,
      });
    }
  }
  draft.reportUnknown(root);
  return draft.items;
}
