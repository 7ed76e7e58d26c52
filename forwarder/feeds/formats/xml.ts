import { bad, ServiceError } from '../../core/index.js';
import type { FeedReader, ReaderOptions } from './format.js';
import { indicatorNames, xmlContext, xmlIndicators } from './xml/indicators.js';
import { xmlLimits, xmlRecords } from './xml/records.js';
import { recordResults, type RecordResult } from './xml/results.js';
import { recordsAt, recordsBySample, type IsRecord } from './xml/root.js';
import { xmlStartOf } from './xml/start.js';

async function* read(
  bytes: AsyncIterable<Uint8Array>,
  { origin = 'feed', fields: rules, rootElement, onPassed }: ReaderOptions = {},
): AsyncGenerator<RecordResult, void, undefined> {
  let isRecord: IsRecord = recordsAt(rootElement ?? '');
  const items = xmlRecords(bytes, {
    origin,
    limits: xmlLimits,
    isRecord(path) {
      if (path.length === 1) refuseWebPage(path[0], origin);
      return isRecord(path);
    },
    onOutside(_path, isLeaf) {
      if (isLeaf) onPassed?.('other');
    },
    ...(rootElement === undefined && {
      onSample(sample) {
        isRecord = recordsBySample(sample, indicatorNames(rules), origin);
      },
    }),
  });
  let number = 0;
  for await (const item of items) {
    number += 1;
    const { row } = item;
    if (!item.ok) {
      yield bad({ record: number, fault: item.fault, reason: item.reason, row });
      continue;
    }
    const { fields } = item;
    const found = xmlIndicators(fields, rules);
    const context = xmlContext(fields);
    yield* recordResults({ number, found, fault: 'bad-indicator', context, fields, row });
  }
}

function refuseWebPage(root: string | undefined, origin: string): void {
  if (root?.toLowerCase() !== 'html') return;
  throw new ServiceError('TF_FEED', 'The feed is a web page, not a feed.', {
    where: `${origin}: byte 0`,
    hint: 'Open the address in a browser: it may be an error page, or ask for a login.',
  });
}

/**
 * Any XML file of records, read record by record. `rootElement` says which elements the records are
 * (see recordsAt), `fields` which of their fields hold indicators; without them, see recordsBySample
 * and xmlIndicators. A record's fields are as XmlTree says; its context is all of them.
 *
 * A bad record is one problem with its number, and the rest goes on. A file that is not well-formed
 * or cut short, has entities of its own, or is a web page, throws ServiceError TF_FEED.
 */
export const xml: FeedReader = {
  name: 'xml',
  summary: 'XML, one element a record: <items><item>…</item> … </items>',
  recognises: (start) => xmlStartOf(start) !== undefined,
  read,
};
