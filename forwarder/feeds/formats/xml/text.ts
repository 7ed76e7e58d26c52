import { TextDecoder } from 'node:util';
import { ServiceError } from '../../../core/index.js';

/** A part of an XML file as text. */
export interface XmlPiece {
  readonly text: string;
  /** Place of its first character in the file, in bytes. */
  readonly byte: number;
  readonly isSingleByte: boolean;
}

/** How much is decoded at once, so that little is waiting however large the chunks are. */
const pieceBytes = 16_384;
/** An XML declaration is looked for in so many bytes. */
const headBytes = 1024;
const singleByte = /^(?:iso-8859-\d{1,2}|latin1|windows-125\d|koi8-[ru])$/;
const unicode: ReadonlySet<string> = new Set(['', 'utf-8', 'utf8', 'us-ascii', 'ascii']);
const declaration = /^<\?xml\s[^>]*?\bencoding\s*=\s*["']([^"']*)["']/;
const mark = Buffer.from([0xef, 0xbb, 0xbf]);
const declarationStart = '<?xml';

/**
 * The text of an XML file, in pieces of at most 16 KiB however its bytes are cut. A byte order mark
 * and blanks before the first `<` are passed over. UTF-8, unless the XML declaration names a
 * single-byte encoding (`iso-8859-1`, `windows-1251`, `koi8-r`, …). Bytes that the encoding does not
 * know become U+FFFD. Throws ServiceError TF_FEED for other encodings.
 */
export async function* xmlText(
  bytes: AsyncIterable<Uint8Array>,
  origin: string,
): AsyncGenerator<XmlPiece, void, undefined> {
  let head: Buffer | undefined = Buffer.alloc(0);
  let decoder = new XmlDecoder('', 0, origin);
  for await (const chunk of bytes) {
    let part: Uint8Array = chunk;
    if (head !== undefined) {
      head = Buffer.concat([head, chunk]);
      if (!isHeadWhole(head)) continue;
      const skipped = leadOf(head);
      decoder = new XmlDecoder(encodingOf(head, skipped, origin), skipped, origin);
      part = head.subarray(skipped);
      head = undefined;
    }
    for (let at = 0; at < part.length; at += pieceBytes) {
      yield decoder.decode(part.subarray(at, at + pieceBytes));
    }
  }
  if (head !== undefined) yield decoder.decode(head.subarray(leadOf(head)));
  yield decoder.finish();
}

class XmlDecoder {
  private byte: number;
  private readonly decoder: TextDecoder;
  private readonly isSingleByte: boolean;

  constructor(encoding: string, byte: number, origin: string) {
    this.byte = byte;
    this.isSingleByte = singleByte.test(encoding);
    this.decoder = decoderOf(encoding, this.isSingleByte, origin);
  }

  decode(bytes: Uint8Array): XmlPiece {
    return this.piece(this.decoder.decode(bytes, { stream: true }));
  }

  finish(): XmlPiece {
    return this.piece(this.decoder.decode());
  }

  private piece(text: string): XmlPiece {
    const piece = { text, byte: this.byte, isSingleByte: this.isSingleByte };
    this.byte = byteAt(piece, text.length);
    return piece;
  }
}

/** Place in the file, in bytes, of a character of the piece. */
export function byteAt({ text, byte, isSingleByte }: XmlPiece, index: number): number {
  return byte + (isSingleByte ? index : Buffer.byteLength(text.slice(0, index)));
}

/** How many bytes stand before the XML: a byte order mark and blanks. */
function leadOf(head: Buffer): number {
  let at = head.subarray(0, 3).equals(mark) ? 3 : 0;
  while ([0x20, 0x09, 0x0a, 0x0d].includes(head[at] as number)) at += 1;
  return at;
}

/** Whether enough is there to see the encoding. */
function isHeadWhole(head: Buffer): boolean {
  if (head.length >= headBytes) return true;
  if (head.length < 3) return false;
  const text = head.toString('latin1', leadOf(head));
  if (text.length < declarationStart.length) return false;
  return !text.startsWith(declarationStart) || text.includes('?>');
}

function encodingOf(head: Buffer, start: number, origin: string): string {
  const text = head.toString('latin1', start, Math.min(head.length, start + headBytes));
  if (/^(?:\xfe\xff|\xff\xfe|<\0|\0<)/.test(text)) throw unknown('utf-16', origin);
  return declaration.exec(text)?.[1]?.trim().toLowerCase() ?? '';
}

function decoderOf(encoding: string, isSingleByte: boolean, origin: string): TextDecoder {
  if (unicode.has(encoding)) return new TextDecoder('utf-8', { ignoreBOM: true });
  if (!isSingleByte) throw unknown(encoding, origin);
  try {
    return new TextDecoder(encoding);
  } catch {
    throw unknown(encoding, origin);
  }
}

function unknown(encoding: string, origin: string): ServiceError {
  const name = JSON.stringify(encoding.slice(0, 40));
  return new ServiceError(
    'TF_FEED',
    `The feed is XML in the encoding ${name}, which is not read.`,
    {
      where: `${origin}: byte 0`,
      hint: 'Save it as UTF-8, and let its XML declaration say encoding="UTF-8".',
    },
  );
}
