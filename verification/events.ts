import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';

import { glob } from 'glob';

import { textOf, VerificationError } from './errors.js';

/** One event of an event file: a syslog line with a LEEF event, as the verification tool sends it. */
export interface VerificationEvent {
  readonly file: string;
  /** Line number in its file, from 1. */
  readonly line: number;
  /** Host name of the syslog header: the log source identifier in JSA. */
  readonly host: string;
  /** Vendor, product, version and event id: `LEEF:1.0|Kaspersky Lab|…|KL_Verification_Test|`. */
  readonly header: string;
  readonly eventId: string;
  /** In the order of the line; a repeated key stays repeated. */
  readonly attributes: readonly (readonly [key: string, value: string])[];
}

const linePattern =
  /^(?:<\d{1,3}>)?[A-Z][a-z]{2} [ \d]\d \d{2}:\d{2}:\d{2} (\S+) (LEEF:1\.0\|(?:[^|]*\|){3}([^|]*)\|)(.*)$/;

/**
 * Reads all events of the files the glob patterns name (relative to `cwd`), files in the order of
 * their names. Blank lines and lines that start with `#` are skipped. Throws VerificationError
 * TF_USAGE when no file or no event is found or a line is no event.
 */
export async function readEvents(
  patterns: readonly string[],
  cwd: string,
): Promise<readonly VerificationEvent[]> {
  const files = await glob([...patterns], { cwd, nodir: true });
  if (files.length === 0) {
    throw new VerificationError('TF_USAGE', `No event file matches ${patterns.join(', ')}`, {
      where: '--events',
      hint: `Name a file or a glob pattern; it is looked up from ${cwd}.`,
    });
  }
  const events: VerificationEvent[] = [];
  for (const file of files.sort()) {
    let text: string;
    try {
      text = await readFile(resolve(cwd, file), 'utf8');
    } catch (error) {
      throw new VerificationError('TF_USAGE', `Cannot read ${file}: ${textOf(error)}`, {
        where: file,
        hint: 'Check the file and its permissions.',
        cause: error,
      });
    }
    events.push(...parseEvents(text, file));
  }
  if (events.length === 0) {
    throw new VerificationError('TF_USAGE', `No event in ${files.join(', ')}`, {
      where: '--events',
      hint: 'Name a file that holds at least one LEEF event.',
    });
  }
  return events;
}

/** The events of one file's text. See readEvents. */
export function parseEvents(text: string, file: string): readonly VerificationEvent[] {
  const events: VerificationEvent[] = [];
  for (const [index, raw] of text.split('\n').entries()) {
    const line = raw.replace(/\r$/, '');
    if (line.trim() === '' || line.startsWith('#')) continue;
    const [, host, header, eventId, rest] = linePattern.exec(line) ?? [];
    if (host === undefined || header === undefined || eventId === undefined) {
      throw notAnEvent(file, index + 1, 'is no syslog line with a LEEF:1.0 event');
    }
    const attributes = (rest ?? '').split('\t').map((item) => {
      const equals = item.indexOf('=');
      if (equals < 1) throw notAnEvent(file, index + 1, `has "${item}" where key=value belongs`);
      return [item.slice(0, equals), item.slice(equals + 1)] as const;
    });
    events.push({ file, line: index + 1, host, header, eventId, attributes });
  }
  return events;
}

function notAnEvent(file: string, line: number, what: string): VerificationError {
  return new VerificationError('TF_USAGE', `The line ${what}`, {
    where: `${file}:${line}`,
    hint: 'Write it as "Mmm dd hh:mm:ss HOST LEEF:1.0|Vendor|Product|Version|EventID|key=value", attributes separated by TAB; or start it with #.',
  });
}
