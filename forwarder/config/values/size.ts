import { bad, ok } from '../../core/index.js';
import type { Result } from '../../core/index.js';

const bytesPerUnit: Readonly<Record<string, number>> = {
  b: 1,
  kb: 1e3,
  mb: 1e6,
  gb: 1e9,
  tb: 1e12,
  kib: 2 ** 10,
  mib: 2 ** 20,
  gib: 2 ** 30,
  tib: 2 ** 40,
};

const binaryUnits = ['TiB', 'GiB', 'MiB', 'KiB'] as const;

/** What a size may look like, for JSON Schema and for messages. */
export const sizePattern = '^\\s*[0-9]{1,15}(\\.[0-9]{1,6})?\\s*([KkMmGgTt]i?)?[Bb]?\\s*$';
export const sizeForms = 'a size in bytes, such as 1048576, 64KiB, 64MiB or 1GiB';

/**
 * Reads a size: `64MiB` (2^20 bytes each), `64MB` (10^6), `1.5GiB`, `512` (bytes). A lone `K`, `M`,
 * `G` or `T` means the binary unit. Gives whole bytes.
 */
export function parseSizeBytes(text: string): Result<number, string> {
  const parts = /^\s*([0-9]{1,15}(?:\.[0-9]{1,6})?)\s*([a-z]{0,3})\s*$/i.exec(text);
  if (parts === null) return bad(sizeForms);
  const unit = (parts[2] ?? '').toLowerCase();
  const name = unit === '' ? 'b' : /^[kmgt]i?$/.test(unit) ? `${unit.charAt(0)}ib` : unit;
  const factor = Object.hasOwn(bytesPerUnit, name) ? bytesPerUnit[name] : undefined;
  if (factor === undefined) return bad(sizeForms);
  const bytes = Math.round(Number(parts[1]) * factor);
  return Number.isSafeInteger(bytes) ? ok(bytes) : bad(sizeForms);
}

/** `67108864` → `64MiB`; a size that is no whole number of KiB stays a plain number. */
export function formatSizeBytes(bytes: number): string {
  for (const unit of binaryUnits) {
    const factor = bytesPerUnit[unit.toLowerCase()] ?? 1;
    if (bytes > 0 && bytes % factor === 0) return `${bytes / factor}${unit}`;
  }
  return String(bytes);
}
