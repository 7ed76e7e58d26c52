import type { ConfigFile } from '../find-file.js';
import type { Source } from '../read-source.js';
import { importText } from './import-text.js';
import { infoBeside } from './read-files.js';
import { countByStatus, type ImportFault } from './report.js';

/** A configuration of CyberTrace as a source of values, with what is to be said about it. */
export interface ImportedSource extends Source {
  readonly warnings: readonly string[];
}

/**
 * Reads kl_feed_service.conf in place of forwarder.yaml: it is imported in memory, each time it is
 * read. Positions are those of the XML file, so that problems point there.
 */
export async function readImportedSource(file: ConfigFile): Promise<ImportedSource> {
  const beside = await infoBeside(file);
  const info = beside !== undefined && 'info' in beside ? beside.info : undefined;
  const imported = await importText(file, {
    info: () => Promise.resolve(info),
    writtenIn: file.directory,
  });
  switch (imported.kind) {
    case 'fault':
      return unusable(imported.fault);
    case 'scanner': {
      const position = { line: 1, column: 1 };
      const found = 'the configuration of Log Scanner';
      return unusable({ file: file.shownPath, position, found, expected: 'kl_feed_service.conf' });
    }
    case 'service': {
      const { draft, era } = imported.service;
      const counts = countByStatus([...draft.items, ...(info?.items ?? [])]);
      const lost = counts['not supported'];
      const warnings = [
        `${file.shownPath} is a configuration of CyberTrace ${era}: ${lost} of its settings ${lost === 1 ? 'is' : 'are'} not supported, ${counts.changed} mean something else; "threat-forwarder import ${file.shownPath}" shows all`,
        ...(beside !== undefined && 'fault' in beside ? [faultText(beside.fault)] : []),
      ];
      const { value, positions } = draft;
      return { value, keyPositions: positions, valuePositions: positions, problems: [], warnings };
    }
    default:
      return imported satisfies never;
  }
}

function unusable({ position, found, expected }: ImportFault): ImportedSource {
  const nowhere = new Map<string, never>();
  return {
    value: undefined,
    keyPositions: nowhere,
    valuePositions: nowhere,
    problems: [{ path: '', position, found, expected }],
    warnings: [],
  };
}

/** `kl_feed_info.conf:3:1: found …, expected JSON`, of a file that is passed over. */
export function faultText({ file, position, found, expected }: ImportFault): string {
  return `${file}:${position.line}:${position.column} is passed over: found ${found}, expected ${expected}`;
}
