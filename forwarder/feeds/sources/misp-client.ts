import { ServiceError, type Clock } from '../../core/index.js';
import { openHttpClient, type Access, type Answer } from '../../net/index.js';
import { askedFeed } from './asked-feed.js';
import { isObject } from '../record-context.js';
import { attributesOfReply, notMisp, type MispAttribute } from './misp-reply.js';

/** The search of attributes of one MISP; close() it at the end. */
export interface MispClient {
  /** The address that is asked, without secrets. */
  readonly endpoint: string;
  /** Throws ServiceError TF_FEED or TF_PEER_UNAVAILABLE. */
  search(filters: MispFilters): Promise<readonly MispAttribute[]>;
  close(): Promise<void>;
}

/** Filters of attributes/restSearch, by the names of MISP's OpenAPI description. */
export type MispFilters = Readonly<Record<string, unknown>>;

export interface MispClientOptions {
  readonly clock: Clock;
  readonly signal?: AbortSignal | undefined;
  /** The most of one answer that is read, in bytes; it stands in memory whole. */
  readonly maxAnswerBytes: number;
}

/** What MISP answers with a reason in JSON. */
const refusals = [400, 401, 403, 404, 405];
const longestReason = 300;

/** Opens a client for a MISP, of which `address` is the front page: `https://misp.example.org`. */
export async function openMispClient(
  address: string,
  access: Access,
  { clock, signal, maxAnswerBytes }: MispClientOptions,
): Promise<MispClient> {
  const endpoint = endpointOf(address);
  const { auth } = access;
  const http = await openHttpClient(endpoint, access, {
    what: askedFeed,
    clock,
    signal,
    // MISP takes its key as it is, not as a bearer's.
    ...(auth !== undefined && 'token' in auth ? { authorization: auth.token } : {}),
  });
  return {
    endpoint,
    async search(filters) {
      const request = {
        url: endpoint,
        method: 'POST',
        headers: { accept: 'application/json', 'content-type': 'application/json' },
        body: JSON.stringify(filters),
        accepts: refusals,
      } as const;
      try {
        return await http.ask(request, async (answer) => {
          const text = await textOf(answer, maxAnswerBytes);
          if (answer.status !== 200) throw refusal(answer, text);
          return attributesOfReply(text, answer.address);
        });
      } catch (error) {
        throw isLogin(error)
          ? notMisp('The server sends to a login page instead of answering.', endpoint, error)
          : error;
      }
    },
    close: () => http.close(),
  };
}

/** Where the search is; an address that names it already is taken too. */
function endpointOf(address: string): string {
  if (!URL.canParse(address)) return address;
  const url = new URL(address);
  url.search = '';
  url.hash = '';
  const path = url.pathname.replace(/(?:\/attributes\/restSearch(?:\/json|\.json)?)?\/*$/i, '');
  url.pathname = `${path}/attributes/restSearch`;
  return url.href;
}

/** One answer is more than is taken into memory; fewer attributes at a time may do. */
export class AnswerTooLarge extends ServiceError {
  override readonly name = 'AnswerTooLarge';

  constructor(maxBytes: number, where: string) {
    super('TF_FEED', `One answer of the MISP is larger than ${maxBytes} bytes.`, {
      where,
      hint: 'Ask for fewer attributes at a time: set query.limit, 1000 for example.',
    });
  }
}

async function textOf({ body, address }: Answer, maxBytes: number): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > maxBytes) throw new AnswerTooLarge(maxBytes, address);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, bytes).toString('utf8');
}

function refusal({ status, address }: Answer, text: string): ServiceError {
  const reason = reasonIn(text);
  const isKey = status === 401 || status === 403;
  const said = reason === undefined ? '' : ` It says: "${reason}"`;
  return new ServiceError(
    'TF_FEED',
    isKey
      ? `The MISP automation key is not accepted (HTTP ${status}).${said}`
      : `The MISP refuses the search (HTTP ${status}).${said}`,
    {
      where: address,
      hint: isKey
        ? "Set auth.token to a valid automation key (MISP: My Profile, Auth keys) of a user whose role may use the API, and allow this machine's address for the key."
        : 'Check the address of the MISP, and query against its documentation of attributes/restSearch.',
    },
  );
}

/** `{"name":…,"message":…,"url":…}`; undefined when it is something else. */
function reasonIn(text: string): string | undefined {
  try {
    const content: unknown = JSON.parse(text);
    const message = isObject(content) ? content['message'] : undefined;
    if (typeof message !== 'string') return undefined;
    return message.replace(/[\u0000-\u001f\u007f]+/g, ' ').slice(0, longestReason);
  } catch {
    return undefined;
  }
}

function isLogin(error: unknown): boolean {
  return error instanceof ServiceError && /redirects .*\/login\b/.test(error.message);
}
