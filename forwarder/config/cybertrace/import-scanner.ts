import { ImportDraft } from './import-draft.js';
import type { ImportItem } from './report.js';
import type { Placed } from './report.js';
import { mostThreads, mostTimeoutSeconds } from './scanner-limits.js';
import { childrenOf, isNamed, type XmlElement } from './xml/element.js';

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
  return isNamed(root, 'Settings') && settings.some(([name]) => childrenOf(root, name).length > 0);
}

/** The report about log_scanner.conf: it is not imported, `scan` reads it as it is. */
export function reportScannerConfig(root: XmlElement, file: string): readonly ImportItem[] {
  const draft = new ImportDraft(file, root);
  for (const [name, flag] of settings) {
    for (const element of childrenOf(root, name)) {
      const value = element.text.trim();
      const isShown = flag !== '' && value !== '' && !/[\r\n]/.test(value);
      const refused = refusal(name, value);
      if (refused !== undefined) {
        draft.report(element, refused);
        continue;
      }
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

/** What `scan` would refuse; an empty element has its default there. */
function refusal(name: string, value: string): Placed | undefined {
  if (value === '') return undefined;
  const refuse = (detail: string): Placed => ({ status: 'not supported', detail });
  switch (name) {
    case 'Connection':
      return /^\\\\[.?]\\pipe\\/i.test(value)
        ? refuse('a named pipe of Windows: write HOST:PORT or the path of a UNIX socket')
        : undefined;
    case 'ThreadsCount':
      return isNumberTo(mostThreads, value)
        ? undefined
        : refuse(`write a whole number from 1 to ${mostThreads}`);
    case 'Timeout':
      return isNumberTo(mostTimeoutSeconds, value)
        ? undefined
        : refuse(`write a whole number from 1 to ${mostTimeoutSeconds}, seconds`);
    default:
      return undefined;
  }
}

function isNumberTo(most: number, text: string): boolean {
  return /^\d{1,9}$/.test(text) && Number(text) >= 1 && Number(text) <= most;
}
