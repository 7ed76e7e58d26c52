import { createHash } from 'node:crypto';
import { open, rm } from 'node:fs/promises';
import { ServiceError } from '../../core/index.js';
import { shownAddress } from '../../net/index.js';
import { openMispClient, type MispClient } from './misp-client.js';
import { mispFilters, pageSize } from './misp-query.js';
import type { MispAttribute } from './misp-reply.js';
import type { FeedSource, FetchOutcome, FetchRequest, FetchState } from './source.js';

const attributesPerPage = 5000;
const mostPages = 20_000;
/** A page stands in memory whole. */
const longestPage = 128 * 2 ** 20;

/** An empty file would be one that was cut off; this is a search without result. */
const nothing = '{"response":{"Attribute":[]}}\n';

/** Filters that MISP applies after it has cut the page: a page may then be short, and not the last. */
const appliedAfterPaging = ['enforceWarninglist', 'excludeDecayed'];

/**
 * A MISP, asked by attributes/restSearch page by page. The file gets one attribute a line (JSON),
 * with its event and tags. MISP has no mark of its own for "unchanged": the digest of the content is
 * kept as the state's cursor.
 */
export const mispSource: FeedSource = {
  name: 'misp',
  async fetch(request) {
    const { address, access, clock, signal } = request;
    const where = shownAddress(address);
    const filters = mispFilters(request.query, where);
    const limit = pageSize(filters, attributesPerPage, where);
    const client = await openMispClient(address, access, {
      clock,
      signal,
      maxAnswerBytes: longestPage,
    });
    try {
      const endsWhenShort = !appliedAfterPaging.some((name) => Boolean(filters[name]));
      return await fetchPages(request, client, { ...filters, limit }, (count) =>
        endsWhenShort ? count < limit : count === 0,
      );
    } finally {
      await client.close();
    }
  },
};

async function fetchPages(
  request: FetchRequest,
  client: MispClient,
  filters: Readonly<Record<string, unknown>>,
  isLast: (count: number) => boolean,
): Promise<FetchOutcome> {
  const { access, target } = request;
  const where = shownAddress(client.endpoint);
  const digest = createHash('sha256');
  const file = await open(target, 'w', 0o600);
  let bytes = 0;
  let records = 0;
  let before = '';
  try {
    for (let page = 1; ; page++) {
      if (page > mostPages) throw endless(where);
      const found = await client.search({ ...filters, returnFormat: 'json', page });
      if (found.length > 0) {
        const lines = linesOf(found);
        // A server, or a cache before it, that does not see `page` gives the first one for ever.
        if (lines === before) throw endless(where);
        before = lines;
        bytes += Buffer.byteLength(lines);
        if (bytes > access.maxBytes) throw tooLarge(where, access.maxBytes);
        digest.update(lines);
        await file.writeFile(lines);
        records += found.length;
        request.onProgress?.(bytes, undefined);
      }
      if (isLast(found.length)) break;
    }
    if (records === 0) {
      await file.writeFile(nothing);
      digest.update(nothing);
      bytes = nothing.length;
    }
  } finally {
    await file.close();
  }
  return outcome(request, { url: where, cursor: digest.digest('hex'), bytes, records });
}

/** What tells an attribute stands first: a long comment must not hide it from who looks at the start. */
function linesOf(attributes: readonly MispAttribute[]): string {
  return attributes
    .map(({ type, value, to_ids, category, ...rest }) => {
      return `${JSON.stringify({ type, value, to_ids, category, ...rest })}\n`;
    })
    .join('');
}

type Content = Pick<FetchState, 'url' | 'cursor' | 'bytes' | 'records'>;

async function outcome(
  { previous, target, clock }: FetchRequest,
  content: Content,
): Promise<FetchOutcome> {
  const nowMs = clock();
  if (previous !== undefined && previous.cursor === content.cursor) {
    await rm(target, { force: true });
    const { fetchedAtMs } = previous;
    return { kind: 'unchanged', state: { ...content, fetchedAtMs, confirmedAtMs: nowMs } };
  }
  return { kind: 'fetched', state: { ...content, fetchedAtMs: nowMs, confirmedAtMs: nowMs } };
}

function endless(where: string): ServiceError {
  return new ServiceError('TF_FEED', 'The MISP gives the same page again and again.', {
    where,
    hint: 'A cache or proxy before it must not answer for it; check that it is asked itself.',
  });
}

function tooLarge(where: string, maxBytes: number): ServiceError {
  return new ServiceError('TF_FEED', `The MISP gives more than ${maxBytes} bytes.`, {
    where,
    hint: 'Ask for less by query (tags, last, type), or raise maxBytes of the feed.',
  });
}
