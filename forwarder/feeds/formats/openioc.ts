import { bad, ServiceError, type ContextField, type FieldTree } from '../../core/index.js';
import { isObject } from '../record-context.js';
import { longestRow, type FeedReader, type ReaderOptions } from './format.js';
import { IocItems } from './openioc/items.js';
import { asRead, childrenOf, textAt, textsAt } from './xml/findings.js';
import type { XmlLimits } from './xml/item.js';
import { xmlRecords } from './xml/records.js';
import { recordResults, type RecordResult } from './xml/results.js';
import { xmlStartOf } from './xml/start.js';

/** The limits of one IOC: its logic has to be known as a whole. Real ones have some dozen items. */
export const iocLimits: XmlLimits = {
  maxCharacters: 8_388_608,
  maxDepth: 64,
  maxFields: 200_000,
};

const iocName = /^(?:ioc|openioc)$/i;
const wrapperName = /^iocs$/i;
const longestText = 1000;

async function* read(
  bytes: AsyncIterable<Uint8Array>,
  { origin = 'feed', onPassed }: ReaderOptions = {},
): AsyncGenerator<RecordResult, void, undefined> {
  const names = new Set<string>();
  const iocs = xmlRecords(bytes, {
    origin,
    limits: iocLimits,
    isRecord(path) {
      const name = path.at(-1) ?? '';
      const isIoc = iocName.test(name);
      if (isIoc || (path.length === 1 && wrapperName.test(name))) names.add(name);
      return isIoc;
    },
    onOutside(_path, isLeaf) {
      if (isLeaf) onPassed?.('other');
    },
  });
  let before = 0;
  for await (const ioc of iocs) {
    if (!ioc.ok) {
      before += 1;
      yield bad({ record: before, fault: ioc.fault, reason: ioc.reason, row: ioc.row });
      continue;
    }
    const logic = itemsOf(ioc.fields);
    const about = iocContext(ioc.fields);
    for (const item of logic.items) {
      const context = [...about, ...item.context];
      yield* recordResults({
        number: before + item.index + 1,
        ...asRead(item.findings),
        context,
        fields: Object.fromEntries(context),
        row: item.row.slice(0, longestRow),
      });
    }
    before += logic.count;
  }
  if (names.size === 0) throw noIoc(origin);
}

function itemsOf(ioc: FieldTree): IocItems {
  const items = new IocItems();
  // OpenIOC 1.0 calls `definition` what 1.1 calls `criteria`.
  for (const part of [...childrenOf(ioc, 'definition'), ...childrenOf(ioc, 'criteria')]) {
    if (!isObject(part)) continue;
    for (const one of childrenOf(part, 'Indicator')) if (isObject(one)) items.addIndicator(one);
  }
  return items;
}

/** What is said of the IOC as a whole: its own element in OpenIOC 1.0, `metadata` in 1.1. */
function iocContext(ioc: FieldTree): readonly ContextField[] {
  const about = childrenOf(ioc, 'metadata').find(isObject) ?? ioc;
  const links = childrenOf(about, 'links')
    .filter(isObject)
    .flatMap((list) => childrenOf(list, 'link'))
    .map(linkText);
  const fields: readonly ContextField[] = [
    ['id', textAt(ioc, 'id')],
    ['name', shortened(textAt(about, 'short_description'))],
    ['description', shortened(textAt(about, 'description'))],
    ['keywords', shortened(textsAt(about, 'keywords').join(', '))],
    ['authored_by', textAt(about, 'authored_by')],
    ['authored_date', textAt(about, 'authored_date')],
    ['last_modified', textAt(ioc, 'last-modified')],
    ['links', shortened(links.filter((link) => link !== '').join(', '))],
  ];
  return fields.filter(([, value]) => value !== '');
}

/** `report https://a.example/x`: what the link is for, and where or what it is. */
function linkText(link: unknown): string {
  if (!isObject(link)) return typeof link === 'string' ? link : '';
  const words = [textAt(link, 'rel'), textAt(link, '#text') || textAt(link, 'href')];
  return words.filter((word) => word !== '').join(' ');
}

function shortened(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > longestText ? `${line.slice(0, longestText)}…` : line;
}

function noIoc(origin: string): ServiceError {
  return new ServiceError('TF_FEED', 'The feed is XML, but there is no IOC in it.', {
    where: `${origin}: byte 0`,
    hint: 'A file of this format holds <ioc> or <OpenIOC>; leave format out to have the format recognised.',
  });
}

function recognises(start: Uint8Array): boolean {
  const xml = xmlStartOf(start);
  if (xml === undefined) return false;
  const isNamed = /http:\/\/(?:schemas\.mandiant\.com\/2010\/ioc|openioc\.org\/schemas)/.test(
    xml.text,
  );
  const isIoc = /<(?:[\w.-]+:)?(?:ioc|OpenIOC)[\s/>]/i.test(xml.text);
  return isIoc && (isNamed || iocName.test(xml.root) || wrapperName.test(xml.root));
}

/**
 * OpenIOC 1.0 and 1.1, one IOC or several in a wrapper. Each IndicatorItem that can be used is a
 * record, with the context of its IOC; which these are, see IocItems. Records are numbered by the
 * items of the file. An IOC is read as a whole, within iocLimits. The record's fields are its context.
 *
 * An item that cannot be used is one problem, as is an AND of several, and the rest goes on. A file
 * that is not well-formed or cut short, or holds no IOC, throws ServiceError TF_FEED.
 */
export const openioc: FeedReader = {
  name: 'openioc',
  summary: 'OpenIOC 1.0 or 1.1: <ioc> with IndicatorItems',
  recognises,
  read,
};
