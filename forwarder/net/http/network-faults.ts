import { messageOf, ServiceError } from '../../core/index.js';
import type { AskedThing } from '../asked-thing.js';
import { FetchError } from './fetch-error.js';
import { tlsFault, type CertificateSetting } from './tls-faults.js';

interface Fault {
  readonly meaning: string;
  readonly hint: string | ((what: AskedThing) => string);
  /** Whether a second attempt has a chance. */
  readonly isPassing?: boolean;
}

const silence: Fault = {
  meaning: 'the server says nothing',
  hint: ({ remedies }) => `check host, proxy and firewall, or ${remedies.silent}`,
};
const cutShort: Fault = {
  meaning: 'the connection broke before the end of the answer',
  hint: 'try again later; a proxy or firewall may cut long answers',
  isPassing: true,
};
const noRoute: Fault = {
  meaning: 'there is no route to the server',
  hint: 'check the address, the route and the proxy',
};

/** By the codes of Node and undici, or the name of the error. */
const faults: Readonly<Record<string, Fault>> = {
  ECONNREFUSED: {
    meaning: 'the server refuses the connection',
    hint: 'check host and port, and whether a proxy is needed',
  },
  ENOTFOUND: {
    meaning: 'the name of the server is not known',
    hint: 'check the address and the name servers, and whether a proxy is needed',
  },
  EAI_AGAIN: {
    meaning: 'no name server answered',
    hint: 'check the name servers of this machine, and whether a proxy is needed',
    isPassing: true,
  },
  EHOSTUNREACH: noRoute,
  ENETUNREACH: noRoute,
  ETIMEDOUT: silence,
  UND_ERR_CONNECT_TIMEOUT: silence,
  UND_ERR_HEADERS_TIMEOUT: silence,
  UND_ERR_BODY_TIMEOUT: { ...silence, meaning: 'the server fell silent in the middle' },
  ECONNRESET: cutShort,
  EPIPE: cutShort,
  UND_ERR_SOCKET: cutShort,
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: {
    ...cutShort,
    meaning: 'the answer is not as long as the server said',
  },
  UND_ERR_HEADERS_OVERFLOW: {
    meaning: 'the head of the answer is too long',
    hint: ({ noun }) => `check that the address is of a ${noun}`,
  },
  HTTPParserError: {
    meaning: 'the server does not speak HTTP',
    hint: 'check host and port; a TLS port wants https://',
  },
};

/** What was tried. A certificate that the server misses is told by no more than a closed connection. */
export interface Circumstances {
  readonly what: AskedThing;
  readonly isTls: boolean;
  readonly certificate: CertificateSetting;
  /** Before the first byte of the answer. */
  readonly isBeforeAnswer: boolean;
}

/**
 * A failure of the connection, said for people. Faults that were said already are passed through.
 * `address` as it may be shown, `expectedName` the name that the certificate must be for.
 */
export function networkFault(
  error: unknown,
  address: string,
  expectedName: string,
  circumstances: Circumstances,
): ServiceError {
  if (error instanceof ServiceError) return error;
  const { what, isTls, certificate, isBeforeAnswer } = circumstances;
  const code = codeOf(error);
  const tls = tlsFault(error, code, address, expectedName, what, certificate);
  if (tls !== undefined) return tls;
  const refused = proxyRefusal(messageOf(error), what, address, error);
  if (refused !== undefined) return refused;
  if (code === 'UND_ERR_INVALID_ARG') return unsendable(error, what, address);
  const fault = faults[code] ?? faults[nameOf(error)];
  const mayMissCertificate = fault?.isPassing === true && isTls && isBeforeAnswer;
  const hint = mayMissCertificate ? missing(what, certificate) : fault?.hint;
  return new FetchError('TF_PEER_UNAVAILABLE', fault?.meaning ?? messageOf(error), {
    where: address,
    ...(hint === undefined ? {} : { hint: typeof hint === 'string' ? hint : hint(what) }),
    retryable: true,
    isPassing: fault?.isPassing ?? false,
    cause: error,
  });
}

function missing({ noun }: AskedThing, certificate: CertificateSetting): string {
  return certificate === undefined
    ? `the server may demand a client certificate: set tls.cert of the ${noun}`
    : `the server may not accept the certificate of ${certificate}: check that it is meant for this server and has not run out`;
}

/** Undici names the header, never its value. */
function unsendable(cause: unknown, { noun }: AskedThing, where: string): ServiceError {
  return new ServiceError('TF_CONFIG', `the request cannot be sent: ${messageOf(cause)}`, {
    where,
    hint: `check auth of the ${noun}: a password or token of one line, without characters that no header may hold`,
    cause,
  });
}

/** Undici says what a proxy answered in words only. */
function proxyRefusal(
  message: string,
  { code }: AskedThing,
  where: string,
  cause: unknown,
): FetchError | undefined {
  const status = /^Proxy response \((\d{3})\)/.exec(message)?.[1];
  if (status === '407' || message.includes('Proxy Authentication Required')) {
    return new FetchError(code, 'the proxy wants to know who asks (HTTP 407)', {
      where,
      hint: 'put USER:PASSWORD@ into the address of the proxy, or correct them',
      cause,
    });
  }
  if (status === undefined) return undefined;
  return new FetchError('TF_PEER_UNAVAILABLE', `the proxy does not connect (HTTP ${status})`, {
    where,
    hint: 'check that the proxy may reach the server, or set proxy: none',
    retryable: true,
    cause,
  });
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : '';
}

/** The code of an error, or of one of those it stands for; '' when there is none. */
function codeOf(error: unknown, depth = 0): string {
  if (typeof error !== 'object' || error === null || depth > 4) return '';
  const { code, cause, errors } = error as { code?: unknown; cause?: unknown; errors?: unknown };
  // What undici wraps says more than its wrapping.
  const inner =
    codeOf(cause, depth + 1) || codeOf(Array.isArray(errors) ? errors[0] : undefined, depth + 1);
  return inner !== '' ? inner : typeof code === 'string' ? code : '';
}
