import { spawnSync } from 'node:child_process';
import { chmod, mkdir, open, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';

import { jsonFeed, partnerHost, type FeedService } from './feed-service.js';

/** What happens to the feed's file, and what must be said of it. */
export interface Damage {
  readonly name: string;
  readonly act: (feeds: FeedService) => Promise<unknown>;
  readonly says: RegExp;
}

const mebibyte = 1_048_576;
const text = jsonFeed([partnerHost, 'new.example', 'newer.example']);

/** Larger than what may come out of a packed feed (see unpackedBytes). */
export const unpackedBytes = 20 * mebibyte;

/** Puts something else in the file's place. */
async function instead(
  { partner }: FeedService,
  make: (path: string) => Promise<unknown>,
): Promise<void> {
  await rm(partner);
  await make(partner);
}

/** Writes `head`, then one line of so many bytes without an end, then `tail`. */
export async function writeLongLine(
  path: string,
  { head, bytes, tail }: { readonly head: string; readonly bytes: number; readonly tail: string },
): Promise<void> {
  const file = await open(path, 'w');
  try {
    const piece = Buffer.alloc(4 * mebibyte, 'a');
    await file.write(head);
    for (let left = bytes; left > 0; left -= piece.length) {
      await file.write(piece, 0, Math.min(left, piece.length));
    }
    await file.write(tail);
  } finally {
    await file.close();
  }
}

/** Writes a text where it stands, in parts with pauses between. */
export async function writeSlowly(
  path: string,
  content: string,
  { parts, pauseMs }: { readonly parts: number; readonly pauseMs: number },
): Promise<void> {
  const file = await open(path, 'w');
  try {
    const length = Math.ceil(content.length / parts);
    for (let part = 0; part < parts; part += 1) {
      if (part > 0) await sleep(pauseMs);
      await file.write(content.slice(part * length, (part + 1) * length));
    }
  } finally {
    await file.close();
  }
}

function cut(bytes: Uint8Array): Uint8Array {
  return bytes.subarray(0, bytes.length - 12);
}

function flipped(bytes: Uint8Array): Uint8Array {
  const at = bytes.length >> 1;
  return bytes.with(at, (bytes[at] ?? 0) ^ 0xff);
}

/** Behind what a list begins with, so that it is a list. */
const someHosts = `${partnerHost}\nnew.example\n`;

export const damages: readonly Damage[] = [
  {
    name: 'truncated',
    act: ({ partner }) => truncate(partner, 40),
    says: /ends inside record 1/,
  },
  {
    name: 'cut after a record',
    act: (feeds) => feeds.put('partner.feed', text.slice(0, text.indexOf('},') + 2)),
    says: /ends after record 1 without the \]/,
  },
  { name: 'empty', act: ({ partner }) => truncate(partner), says: /The feed is empty/ },
  { name: 'deleted', act: ({ partner }) => rm(partner), says: /There is no file/ },
  {
    name: 'not readable (mode 000)',
    act: ({ partner }) => chmod(partner, 0),
    says: /cannot be read: EACCES/,
  },
  {
    name: 'gzip that is cut short',
    act: (feeds) => feeds.put('partner.feed', cut(gzipSync(text))),
    says: /gzip data of the feed is cut short/,
  },
  {
    name: 'gzip that is damaged',
    act: (feeds) => feeds.put('partner.feed', flipped(gzipSync(text))),
    says: /gzip data of the feed is (?:damaged|cut short)/,
  },
  {
    name: 'gzip bomb',
    act: (feeds) =>
      feeds.put(
        'partner.feed',
        gzipSync(Buffer.concat([Buffer.from(someHosts), Buffer.alloc(4 * unpackedBytes, '#')])),
      ),
    says: /unpacks to more than/,
  },
  {
    name: 'a pipe that nobody writes to',
    act: (feeds) =>
      instead(feeds, (path) => {
        const { status } = spawnSync('mkfifo', ['-m', '666', path]);
        return status === 0 ? Promise.resolve() : Promise.reject(new Error('no mkfifo'));
      }),
    says: /named pipe, not a regular file/,
  },
  {
    name: 'a link out of its folder',
    act: (feeds) =>
      instead(feeds, async (path) => {
        const outside = join(feeds.directory, 'outside.txt');
        await writeFile(outside, 'outside.example\n');
        await symlink(outside, path);
      }),
    says: /symbolic link that leads out of/,
  },
  {
    name: 'a link to a device without end',
    act: (feeds) => instead(feeds, (path) => symlink('/dev/zero', path)),
    says: /symbolic link that leads out of/,
  },
  {
    name: 'a folder in its place',
    act: (feeds) => instead(feeds, (path) => mkdir(path)),
    says: /There is no feed in the folder/,
  },
  {
    name: 'a picture',
    act: (feeds) =>
      feeds.put('partner.feed', Buffer.from('\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0', 'latin1')),
    says: /format of the feed is not known/,
  },
  {
    name: 'a web page',
    act: (feeds) => feeds.put('partner.feed', '<!DOCTYPE html>\n<html><body>503</body></html>\n'),
    says: /format of the feed is not known: it starts with "<!DOCTYPE/,
  },
  {
    name: 'shrunk to less than half',
    act: (feeds) => feeds.put('partner.feed', '[]'),
    says: /0 records, less than half/,
  },
];

const longLine = 256 * mebibyte;

/** Files of one endless line; they take a second or two to write and to read. */
export const longLines: readonly Damage[] = [
  {
    name: 'a JSON text that does not end',
    act: ({ partner }) => writeLongLine(partner, { head: '"', bytes: longLine, tail: '' }),
    says: /format of the feed is not known/,
  },
  {
    name: 'a record that does not end',
    act: ({ partner }) => writeLongLine(partner, { head: '[{"mask":"', bytes: longLine, tail: '' }),
    says: /ends inside record 1/,
  },
  {
    name: 'a record that is all of the feed',
    act: ({ partner }) =>
      writeLongLine(partner, { head: '[{"mask":"', bytes: longLine, tail: '"}]' }),
    says: /no record can be used, e\.g\. record 1: left out: .*larger than/,
  },
  {
    name: 'a list that is one line',
    act: ({ partner }) => writeLongLine(partner, { head: '', bytes: longLine, tail: '' }),
    says: /format of the feed is not known/,
  },
];
