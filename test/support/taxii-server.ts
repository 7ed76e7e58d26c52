import type { IncomingMessage, ServerResponse } from 'node:http';

import { startWebServer, type WebServer, type WebServerOptions } from './https-server.js';

/** A STIX object, and when it came to its collection. */
export interface StoredObject {
  readonly addedAt: string;
  readonly object: Readonly<Record<string, unknown>>;
}

export interface TaxiiOptions extends WebServerOptions {
  /** The header Authorization that is let in; default: nobody has to say who asks. */
  readonly authorization?: string;
  /** The most objects of a page. */
  readonly pageSize?: number;
  /** How a page says where the next one is; default `next`. */
  readonly paging?: 'next' | 'dates' | 'one next for all' | 'broken';
  /** Whether there are headers X-TAXII-Date-Added; default true. */
  readonly hasDates?: boolean;
}

/** A TAXII 2.1 server on loopback with one API root, `/api1/`. */
export interface TaxiiServer extends WebServer {
  readonly collection: string;
  readonly objects: StoredObject[];
}

const mediaType = 'application/taxii+json;version=2.1';
const collectionId = '91a7b528-80eb-42ed-a74d-c6fbd5a26116';
const closedId = '52892447-4d7e-4f70-b94d-d7f22742ff63';

/**
 * Starts a server as the OASIS Standard of TAXII 2.1 has it: discovery (4.1), API root (4.2),
 * collections (5.1, 5.2), objects (5.4) with filters (3.4) and paging (3.5), error messages (3.6.1).
 */
export async function startTaxiiServer(options: TaxiiOptions = {}): Promise<TaxiiServer> {
  const server = await startWebServer(options);
  const objects: StoredObject[] = [];
  const collections = [
    { id: collectionId, title: 'High Value Indicators', can_read: true, can_write: false },
    { id: closedId, title: 'Write only', can_read: false, can_write: true },
  ];
  const serve = (path: string, answer: (query: URLSearchParams) => Reply): void => {
    server.on(path, (request, response) => {
      const refused = refusal(request, options);
      reply(response, refused ?? answer(new URL(request.url ?? '', 'http://x').searchParams));
    });
  };
  serve('/taxii2/', () => ({
    body: { title: 'A server', api_roots: [server.url('/api1/'), server.url('/closed/')] },
  }));
  serve('/closed/collections/', () => problem(403, 'Forbidden'));
  serve('/api1/', () => ({
    body: { title: 'Group', versions: [mediaType], max_content_length: 9_765_625 },
  }));
  serve('/api1/collections/', () => ({ body: { collections } }));
  serve(`/api1/collections/${collectionId}/`, () => ({ body: collections[0] ?? {} }));
  const folder = `/api1/collections/${collectionId}/objects/`;
  serve(folder, (query) => page(objects, query, options));
  return { ...server, objects, collection: `/api1/collections/${collectionId}/` };
}

interface Reply {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: Readonly<Record<string, unknown>>;
}

function reply(response: ServerResponse, { status = 200, headers = {}, body }: Reply): void {
  response.writeHead(status, { 'content-type': mediaType, ...headers });
  response.end(JSON.stringify(body));
}

function problem(status: number, title: string, description = ''): Reply {
  return { status, body: { title, description, http_status: String(status) } };
}

function refusal(request: IncomingMessage, { authorization }: TaxiiOptions): Reply | undefined {
  if (authorization !== undefined && request.headers.authorization !== authorization) {
    return problem(401, 'Unauthorized');
  }
  const isKnown = /^application\/taxii\+json(;\s*version=2\.1)?$/.test(
    request.headers.accept ?? '',
  );
  return isKnown ? undefined : problem(406, 'Not acceptable', 'The media type is not supported');
}

function page(all: readonly StoredObject[], query: URLSearchParams, options: TaxiiOptions): Reply {
  const { pageSize = 1000, paging = 'next', hasDates = true } = options;
  const limit = Math.min(pageSize, Number(query.get('limit') ?? pageSize));
  const types = query.get('match[type]')?.split(',');
  const after = query.get('added_after');
  const matching = all
    .filter(({ object }) => types?.includes(String(object['type'])) ?? true)
    .filter(({ addedAt }) => after === null || Date.parse(addedAt) > Date.parse(after))
    .sort((left, right) => Date.parse(left.addedAt) - Date.parse(right.addedAt));
  const next = query.get('next');
  if (next !== null && paging === 'dates') return problem(400, 'No such parameter', 'next');
  const start = paging === 'one next for all' ? shared(next, limit) : Number(next ?? 0);
  const from = paging === 'broken' ? 0 : start;
  const taken = matching.slice(from, from + limit);
  const hasMore = from + limit < matching.length;
  const [first, last] = [taken[0], taken.at(-1)];
  return {
    headers:
      first === undefined || last === undefined || !hasDates
        ? {}
        : {
            'x-taxii-date-added-first': first.addedAt,
            'x-taxii-date-added-last': last.addedAt,
          },
    body:
      taken.length === 0
        ? {}
        : {
            more: hasMore,
            ...(hasMore ? nextOf(paging, start + limit) : {}),
            objects: taken.map(({ object }) => object),
          },
  };
}

function nextOf(paging: TaxiiOptions['paging'], at: number): { readonly next?: string } {
  if (paging === 'dates') return {};
  return { next: paging === 'one next for all' ? 'scroll' : String(at) };
}

/** Where the only reader is: a server may keep that itself. */
let reader = 0;
function shared(next: string | null, limit: number): number {
  reader = next === null ? 0 : reader + limit;
  return reader;
}

/** An indicator of a domain, added at the minute of its number. */
export function indicator(number: number, type = 'indicator'): StoredObject {
  const addedAt = new Date(Date.UTC(2026, 3, 1, 0, number)).toISOString();
  return {
    addedAt,
    object: {
      type,
      spec_version: '2.1',
      id: `${type}--5f9d88f8-0000-4000-8000-${String(number).padStart(12, '0')}`,
      created: addedAt,
      modified: addedAt,
      valid_from: addedAt,
      pattern: `[domain-name:value = 'evil${number}.example']`,
      pattern_type: 'stix',
    },
  };
}
