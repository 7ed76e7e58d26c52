import type { ContextField, FieldTree } from '../../../core/index.js';
import { excerpt } from '../../read-indicator.js';
import { isObject } from '../../record-context.js';
import { comparisonOf, kindOfTerm } from './terms.js';
import { comparisonFindings } from '../xml/condition.js';
import {
  childrenOf,
  isTrue,
  noFindings,
  textAt,
  unsupported,
  type Findings,
} from '../xml/findings.js';

/** One item of an IOC, or several that only count together, and what they give. */
export interface IocItem {
  /** Place among the items of the IOC, from 0; of several the first. */
  readonly index: number;
  readonly findings: Findings;
  /** What is said of the item itself. */
  readonly context: readonly ContextField[];
  /** The item on one line, for messages: `FileItem/Md5sum is 00…`. */
  readonly row: string;
}

/**
 * The items of an IOC's logic. The branches of an OR count by themselves, as do several Indicators
 * at the top. An AND of several parts cannot be told by one value and is unsupported, with one
 * exception: among several properties of one file (all items of `FileItem`, none negated) a hash that
 * has to be equal says all, so that the hashes count by themselves and the others are passed over.
 * An AND of one part is that part.
 */
export class IocItems {
  readonly items: IocItem[] = [];
  private read = 0;

  /** How many IndicatorItems there are. */
  get count(): number {
    return this.read;
  }

  addIndicator(indicator: FieldTree): void {
    const own = childrenOf(indicator, 'IndicatorItem').map((item) => (isObject(item) ? item : {}));
    const inner = childrenOf(indicator, 'Indicator').filter(isObject);
    const operator = textAt(indicator, 'operator').toUpperCase();
    const parts = own.length + inner.length;
    if (operator === 'OR' || (operator === 'AND' && parts === 1)) {
      for (const item of own) this.addItem(item);
      for (const branch of inner) this.addIndicator(branch);
    } else if (operator === 'AND' && inner.length === 0 && own.some(isFileHash)) {
      this.addFile(own);
    } else if (parts > 0) {
      this.leaveOut(
        indicator,
        operator === 'AND' ? `${parts} joined by AND` : `the operator ${excerpt(operator)}`,
      );
    }
  }

  private addItem(item: FieldTree): void {
    this.items.push({
      index: this.read,
      findings: itemFindings(item),
      context: contextOfItem(item),
      row: rowOf(item),
    });
    this.read += 1;
  }

  private addFile(items: readonly FieldTree[]): void {
    if (!items.every(isOfFile)) {
      this.leaveOut({ IndicatorItem: items }, `${items.length} joined by AND`);
      return;
    }
    for (const item of items) {
      if (isFileHash(item)) this.addItem(item);
      else this.read += 1;
    }
  }

  private leaveOut(indicator: FieldTree, reason: string): void {
    const items = itemsWithin(indicator);
    const row = items.map(rowOf).join(' AND ');
    this.items.push({ index: this.read, findings: unsupported(reason), context: [], row });
    this.read += items.length;
  }
}

function itemFindings(item: FieldTree): Findings {
  if (isTrue(item, 'negate')) return unsupported('a negated item');
  const search = textAt(item, 'Context/search');
  const kind = kindOfTerm(search);
  if (kind === undefined) return unsupported(`the term ${excerpt(search)}`);
  const condition = textAt(item, 'condition');
  const comparison = comparisonOf(condition);
  if (comparison === undefined) return unsupported(`the condition ${excerpt(condition)}`);
  const content = textAt(item, 'Content');
  return content === '' ? noFindings : comparisonFindings(kind, comparison, content);
}

function isOfFile(item: FieldTree): boolean {
  return /^FileItem\//i.test(textAt(item, 'Context/search').trim()) && !isTrue(item, 'negate');
}

function isFileHash(item: FieldTree): boolean {
  const isEqual = comparisonOf(textAt(item, 'condition')) === 'equals';
  const isHash = /^FileItem\/(?:Md5|Sha1|Sha256)sum$/i.test(textAt(item, 'Context/search').trim());
  return isEqual && isHash;
}

function itemsWithin(indicator: FieldTree): readonly FieldTree[] {
  return [
    ...childrenOf(indicator, 'IndicatorItem').map((item) => (isObject(item) ? item : {})),
    ...childrenOf(indicator, 'Indicator').filter(isObject).flatMap(itemsWithin),
  ];
}

function contextOfItem(item: FieldTree): readonly ContextField[] {
  const fields: readonly ContextField[] = [
    ['item_id', textAt(item, 'id')],
    ['term', textAt(item, 'Context/search')],
    ['condition', textAt(item, 'condition')],
    ['content', textAt(item, 'Content')],
  ];
  return fields.filter(([, value]) => value !== '');
}

function rowOf(item: FieldTree): string {
  const isNegated = isTrue(item, 'negate') ? 'not ' : '';
  const paths = ['Context/search', 'condition', 'Content'];
  return isNegated + paths.map((path) => textAt(item, path)).join(' ');
}
