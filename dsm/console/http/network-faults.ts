import { ConsoleError } from '../console-error.js';
import { causeOf, codeOf, reasonOf, type Hide } from './printed.js';
import { handshakeFault } from './tls-faults.js';

/** An exchange without an answer. */
export interface Failure {
  readonly kind: 'failure';
  readonly error: ConsoleError;
  /** Whether the console may have got the request. */
  readonly mayBeSent: boolean;
  /** `passing`: another try has a chance. `silent`: so it has, but each costs the whole time. */
  readonly chance: 'passing' | 'silent' | 'none';
}

interface Fault {
  readonly meaning: string;
  readonly hint: string;
  readonly chance: Failure['chance'];
}

const noRoute: Fault = {
  meaning: 'there is no route to the console',
  hint: 'check the address and the route; proxies are not used',
  chance: 'passing',
};
const noConnection: Fault = {
  meaning: 'the console does not take the connection in time',
  hint: 'check host, port and firewall; proxies are not used',
  chance: 'passing',
};
const broken: Fault = {
  meaning: 'the connection broke before the end of the answer',
  hint: 'try again; a firewall or proxy may cut connections',
  chance: 'passing',
};

/** By the codes of Node and undici, or the name of the error. */
const faults: Readonly<Record<string, Fault>> = {
  ECONNREFUSED: {
    meaning: 'the console refuses the connection',
    hint: 'check host and port, and whether the console is up',
    chance: 'passing',
  },
  ENOTFOUND: {
    meaning: 'the name of the console is not known',
    hint: 'check the address and the name servers',
    chance: 'none',
  },
  EAI_AGAIN: {
    meaning: 'no name server answered',
    hint: 'check the name servers of this machine',
    chance: 'passing',
  },
  EHOSTUNREACH: noRoute,
  ENETUNREACH: noRoute,
  ETIMEDOUT: noConnection,
  UND_ERR_CONNECT_TIMEOUT: noConnection,
  ECONNRESET: broken,
  EPIPE: broken,
  UND_ERR_SOCKET: broken,
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: broken,
  UND_ERR_HEADERS_OVERFLOW: {
    meaning: 'the head of the answer is too long',
    hint: 'check that the address is of the console',
    chance: 'none',
  },
  HTTPParserError: {
    meaning: 'what answers does not speak HTTP',
    hint: 'check host and port',
    chance: 'none',
  },
};

/** A failure of the connection, said for people. `where` as it may be shown. */
export function networkFailure(
  error: unknown,
  where: string,
  mayBeSent: boolean,
  hide: Hide,
): Failure {
  const code = codeOf(error);
  const handshake = handshakeFault(error, code, where, hide);
  if (handshake !== undefined) {
    return { kind: 'failure', error: handshake, mayBeSent, chance: 'none' };
  }
  const fault = faults[code] ?? faults[error instanceof Error ? error.name : ''];
  const chance = fault?.chance ?? 'none';
  return {
    kind: 'failure',
    mayBeSent,
    chance,
    error: new ConsoleError('TF_PEER_UNAVAILABLE', fault?.meaning ?? reasonOf(error, hide), {
      where,
      hint: fault?.hint ?? 'check host, port and firewall',
      retryable: chance !== 'none',
      cause: causeOf(error, hide),
    }),
  };
}

/** No whole answer came in time. */
export function silence(where: string, timeoutMs: number): Failure {
  const error = new ConsoleError(
    'TF_PEER_UNAVAILABLE',
    `the console did not answer within ${timeoutMs / 1000} s`,
    {
      where,
      hint: 'try again later, or give it more time: --timeout, console.timeoutSeconds',
      retryable: true,
    },
  );
  return { kind: 'failure', error, mayBeSent: true, chance: 'silent' };
}

/** The caller does not want it any more. */
export function stopped(where: string): ConsoleError {
  return new ConsoleError('TF_PEER_UNAVAILABLE', 'stopped before the end', {
    where,
    hint: 'start again; what was done on the console stays',
  });
}
