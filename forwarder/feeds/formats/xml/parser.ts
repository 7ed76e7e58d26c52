import { SaxesParser } from 'saxes';
import { ServiceError, type FieldTree } from '../../../core/index.js';
import { longestRow } from '../format.js';
import { byteAt, type XmlPiece } from './text.js';
import type { XmlAttributes, XmlItem, XmlParserOptions } from './item.js';
import { localName, XmlTree } from './tree.js';

/** A single text, tag or comment above this makes the file fail: the parser keeps it whole. */
export const maxTokenCharacters = 8_388_608;
/** Levels of the whole document. */
export const maxDocumentDepth = 256;
const longestName = 1000;

const cutShort =
  'The file is cut short or damaged: fetch it again. What was loaded before stays in use.';
const entityHint =
  'XML itself knows &amp; &lt; &gt; &quot; &apos; and numbers such as &#233;; write others as the character itself.';
const malformedHint =
  'Fetch the file again; if it stays so, it is for its supplier to mend. What was loaded before stays in use.';

interface OpenRecord {
  readonly tree: XmlTree;
  readonly start: number;
  row: string;
  /** Up to where the row is taken from the text. */
  rowEnd: number;
}

/**
 * Cuts the records out of an XML document while its text arrives. Kept are the record that is being
 * read, and the names of the elements around it. Entities of a DTD are never expanded. Throws
 * ServiceError TF_FEED where the document is not well-formed; take() gives what came before.
 */
export class XmlRecordParser {
  private readonly parser = new SaxesParser({ xmlns: false, position: false });
  private readonly path: string[] = [];
  private readonly options: XmlParserOptions;
  private items: XmlItem[] = [];
  private record: OpenRecord | undefined;
  private piece: XmlPiece = { text: '', byte: 0, isSingleByte: true };
  /** Place of the piece in the document, in characters, as the parser counts. */
  private pieceStart = 0;
  /** The piece, and before it the end of the text before: a tag's name may begin there. */
  private window = '';
  private tagStart = 0;
  private tokenStart = 0;
  /** Where the last record ended. */
  private itemEnd = -1;
  private depth = 0;
  private isLeaf = false;
  private isEnding = false;

  constructor(options: XmlParserOptions) {
    this.options = options;
    const { parser } = this;
    parser.on('error', ({ message }) => {
      // Of a tag that closes another element the parser tells before it tells that it does.
      if (this.itemEnd === parser.position) this.items.pop();
      throw this.malformed(message);
    });
    parser.on('doctype', this.doctype.bind(this));
    parser.on('opentagstart', ({ name }) => {
      this.tag(name);
    });
    parser.on('opentag', (tag) => {
      this.open(localName(tag.name), tag.attributes);
      // The parser keeps open tags; their attributes are no longer needed.
      tag.attributes = {};
    });
    parser.on('closetag', this.close.bind(this));
    parser.on('text', this.text.bind(this));
    parser.on('cdata', this.text.bind(this));
    parser.on('comment', this.token.bind(this));
    parser.on('processinginstruction', this.token.bind(this));
  }

  write(piece: XmlPiece): void {
    this.window = this.window.slice(-longestName - 2) + piece.text;
    this.pieceStart += this.piece.text.length;
    this.piece = piece;
    this.parser.write(piece.text);
    const end = this.pieceStart + piece.text.length;
    if (this.record !== undefined) this.takeRow(this.record, end);
    this.checkToken(end);
  }

  /** To be called after the last piece. */
  end(): void {
    this.isEnding = true;
    this.parser.close();
  }

  /** The records completed since the last call. */
  take(): readonly XmlItem[] {
    const { items } = this;
    if (items.length > 0) this.items = [];
    return items;
  }

  private doctype(text: string): void {
    this.token();
    if (!/<!ENTITY|%[\w.:-]+;/i.test(text)) return;
    throw this.error(
      'has a DOCTYPE with entities: entities are not expanded',
      'Ask the supplier for the file without a DOCTYPE: an XML feed does not need one.',
    );
  }

  private tag(name: string): void {
    // The character behind the name is read already.
    this.tagStart = this.parser.position - name.length - 2;
    if (name.length <= longestName) return;
    throw this.error(`has a name of more than ${longestName} characters`, malformedHint);
  }

  private open(name: string, attributes: XmlAttributes): void {
    this.token();
    this.isLeaf = true;
    this.depth += 1;
    if (this.depth > maxDocumentDepth) {
      throw this.error(`is nested more than ${maxDocumentDepth} levels deep`, malformedHint);
    }
    if (this.record !== undefined) {
      this.record.tree.open(name, attributes);
      this.checkSize(this.record);
      return;
    }
    this.path.push(name);
    if (!this.options.isRecord(this.path, attributes)) return;
    const start = this.tagStart;
    const tree = new XmlTree(this.options.limits);
    this.record = { tree, start, row: '', rowEnd: start };
    tree.open(name, attributes);
    this.checkSize(this.record);
  }

  private close(): void {
    this.token();
    this.depth -= 1;
    const { record } = this;
    if (record === undefined) {
      this.options.onOutside?.(this.path, this.isLeaf);
    } else {
      this.checkSize(record);
      const fields = record.tree.close();
      if (fields === undefined) return;
      this.takeRow(record, this.parser.position);
      this.items.push(this.itemOf(record, fields));
      this.itemEnd = this.parser.position;
      this.record = undefined;
    }
    this.path.pop();
    this.isLeaf = false;
  }

  private text(text: string): void {
    this.token();
    if (this.record === undefined) return;
    this.checkSize(this.record);
    this.record.tree.text(text);
  }

  private itemOf({ tree, row }: OpenRecord, fields: FieldTree): XmlItem {
    const path = [...this.path];
    if (tree.fault !== undefined) {
      return { ok: false, path, fault: 'limit', reason: `left out: ${tree.fault}`, row };
    }
    if (!tree.hasReplacedBytes) return { ok: true, path, fields, row };
    const reason = 'left out: it holds bytes that are not of the encoding of the file';
    return { ok: false, path, fault: 'encoding', reason, row };
  }

  private checkSize({ tree, start }: OpenRecord): void {
    const { maxCharacters } = this.options.limits;
    if (this.parser.position - start > maxCharacters) {
      tree.giveUp(`larger than ${maxCharacters} characters`);
    }
  }

  private takeRow(record: OpenRecord, end: number): void {
    if (record.row.length < longestRow) {
      const start = this.pieceStart + this.piece.text.length - this.window.length;
      const more = this.window.slice(record.rowEnd - start, end - start);
      record.row = (record.row + more).slice(0, longestRow);
    }
    record.rowEnd = end;
  }

  private token(): void {
    const end = this.parser.position;
    this.checkToken(end);
    this.tokenStart = end;
  }

  private checkToken(end: number): void {
    if (end - this.tokenStart <= maxTokenCharacters) return;
    throw this.error(
      `has a text, tag or comment of more than ${maxTokenCharacters} characters`,
      malformedHint,
    );
  }

  private malformed(message: string): ServiceError {
    const what = message
      .replace(/[\u0000-\u001f\u007f]+/g, ' ')
      .replace(/\.$/, '')
      .slice(0, 200);
    if (this.isEnding) return this.error(`is no whole XML document: ${what}`, cutShort);
    const hint = what === 'undefined entity' ? entityHint : malformedHint;
    return this.error(`is no well-formed XML: ${what}`, hint);
  }

  private error(what: string, hint: string): ServiceError {
    const { piece, parser } = this;
    const index = Math.min(Math.max(parser.position - this.pieceStart, 0), piece.text.length);
    return new ServiceError('TF_FEED', `The feed ${what}.`, {
      where: `${this.options.origin}: byte ${byteAt(piece, index)}, line ${parser.line}`,
      hint,
    });
  }
}
