import type { FoundLine } from './found-line.js';

export const csvHeading = 'file,line,category,matched_indicator,reply\n';

/** A row of the file --csv names (RFC 4180, LF at its end). */
export function csvRow({ file, line, category, indicator, text }: FoundLine): string {
  return `${[file, String(line), category, indicator, text].map(field).join(',')}\n`;
}

function field(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
