import type { XmlItem, XmlLimits, XmlParserOptions } from './item.js';
import { XmlRecordParser } from './parser.js';
import { xmlText, type XmlPiece } from './text.js';

/** The limits of one record. Those of real feeds have a few kilobytes and some dozen elements. */
export const xmlLimits: XmlLimits = { maxCharacters: 1_048_576, maxDepth: 64, maxFields: 10_000 };

/** How much of a file is looked at before its first record is asked for, in characters. */
export const sampleCharacters = 65_536;

export interface XmlRecordsOptions extends XmlParserOptions {
  /** Given the file's start, or all of a smaller file, before the first call of isRecord(). */
  onSample?(sample: readonly XmlPiece[]): void;
}

/**
 * The records of an XML file while its bytes arrive, in memory bounded by one record (and the
 * sample, where one is asked for). Throws ServiceError TF_FEED, after the records before it, where
 * the file is not well-formed, cut short or in an encoding that is not read.
 */
export async function* xmlRecords(
  bytes: AsyncIterable<Uint8Array>,
  options: XmlRecordsOptions,
): AsyncGenerator<XmlItem, void, undefined> {
  const parser = new XmlRecordParser(options);
  const sample = options.onSample === undefined ? undefined : new Sample();
  for await (const piece of xmlText(bytes, options.origin)) {
    if (sample === undefined || sample.isGiven) yield* parse(parser, piece);
    else if (sample.add(piece)) yield* parseSample(parser, sample, options);
  }
  if (sample?.isGiven === false) yield* parseSample(parser, sample, options);
  parser.end();
}

function* parse(parser: XmlRecordParser, piece: XmlPiece): Generator<XmlItem, void, undefined> {
  try {
    parser.write(piece);
  } catch (error) {
    yield* parser.take();
    throw error;
  }
  yield* parser.take();
}

function* parseSample(
  parser: XmlRecordParser,
  sample: Sample,
  options: XmlRecordsOptions,
): Generator<XmlItem, void, undefined> {
  options.onSample?.(sample.start());
  for (const piece of sample.give()) yield* parse(parser, piece);
}

/** The first pieces, kept until they are enough. */
class Sample {
  private pieces: XmlPiece[] = [];
  private characters = 0;
  isGiven = false;

  /** True when they are enough. */
  add(piece: XmlPiece): boolean {
    this.pieces.push(piece);
    this.characters += piece.text.length;
    return this.characters >= sampleCharacters;
  }

  /** Cut to a fixed length, so that it is the same however the bytes came. */
  start(): readonly XmlPiece[] {
    const last = this.pieces.at(-1);
    const surplus = this.characters - sampleCharacters;
    if (last === undefined || surplus <= 0) return this.pieces;
    const cut = { ...last, text: last.text.slice(0, last.text.length - surplus) };
    return [...this.pieces.slice(0, -1), cut];
  }

  give(): readonly XmlPiece[] {
    const { pieces } = this;
    this.pieces = [];
    this.isGiven = true;
    return pieces;
  }
}
