import {
  FetchError,
  readJson,
  shownAddress,
  statusFault,
  type Answer,
  type HttpClient,
} from '../../net/index.js';
import { isObject } from '../record-context.js';

/** Media type of TAXII 2.1 (1.6.8.1). */
const mediaType = 'application/taxii+json;version=2.1';
const largestAnswer = 128 * 2 ** 20;

export interface TaxiiAnswer {
  readonly content: Readonly<Record<string, unknown>>;
  /** X-TAXII-Date-Added-Last: when the last object of the page came to the collection. */
  readonly addedLast: string | undefined;
}

/** Asks a TAXII server; says why when it refuses. `nowMs` is for Retry-After. */
export function askTaxii(client: HttpClient, url: URL, nowMs: number): Promise<TaxiiAnswer> {
  const request = { url, headers: { accept: mediaType }, accepts: [400, 404, 406, 413, 422] };
  return client.ask(request, async (answer) => {
    if (answer.status !== 200) throw await refusal(answer, nowMs);
    const content = await readJson(answer, largestAnswer);
    if (!isObject(content)) throw noTaxii(answer.address);
    if (content['type'] === 'bundle') throw tooOld(answer.address);
    return { content, addedLast: timestampOf(answer.header('x-taxii-date-added-last')) };
  });
}

export function noTaxii(where: string): FetchError {
  return new FetchError('TF_FEED', 'the answer is none of TAXII 2.1', {
    where,
    hint: 'set taxii to the address of a collection: …/collections/ID/',
  });
}

/** A refusal with the words of the server's error message (3.6.1), as far as they are fit to print. */
async function refusal(answer: Answer, nowMs: number): Promise<FetchError> {
  const { status, address } = answer;
  const plain = statusFault(answer, { nowMs });
  const said = await readJson(answer, 65_536).catch(() => undefined);
  const { title, description } = isObject(said) ? said : {};
  const words = [title, description].filter((word) => typeof word === 'string');
  const reason = words
    .join(': ')
    .replace(/[^\x20-\x7e\xa0-\uffff]+/g, ' ')
    .slice(0, 300);
  return new FetchError(plain.code, reason === '' ? plain.message : `${plain.message}: ${reason}`, {
    where: address,
    hint:
      status === 406 ? 'the server may know TAXII 2.0 only; 2.1 is needed' : hintFor(status, plain),
    cause: plain,
  });
}

function hintFor(status: number, { hint = '' }: FetchError): string {
  switch (status) {
    case 404:
      return 'set taxii to the address of a collection that who asks may read: …/collections/ID/';
    case 413:
    case 400:
    case 422:
      return 'check query of the feed; a smaller limit may help';
    default:
      return hint;
  }
}

function tooOld(where: string): FetchError {
  return new FetchError('TF_FEED', 'the server speaks TAXII 2.0', {
    where,
    hint: 'ask its operator for an address of TAXII 2.1',
  });
}

function timestampOf(value: string | undefined): string | undefined {
  if (value === undefined || value.length > 40 || Number.isNaN(Date.parse(value))) return undefined;
  return value;
}

/** An address with parameters set. */
export function withParameters(
  url: URL,
  parameters: Iterable<readonly [name: string, value: string]>,
): URL {
  const result = new URL(url);
  for (const [name, value] of parameters) result.searchParams.set(name, value);
  return result;
}

/** A server that never comes to an end. */
export function endless(url: URL): FetchError {
  return new FetchError('TF_FEED', 'the server gives the same page again and again', {
    where: shownAddress(url),
    hint: 'tell its operator; paging by "next" or "added_after" does not work there',
  });
}
