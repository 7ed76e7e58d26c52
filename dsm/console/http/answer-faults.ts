import { ConsoleError, type ConsoleErrorCode } from '../console-error.js';
import { printed, type Hide } from './printed.js';
import type { Answer } from './transport.js';

/** What the console says about an error: the fields of its JSON body. */
interface Told {
  readonly text: string;
  readonly apiCode: number | undefined;
}

type Meaning = readonly [code: ConsoleErrorCode, text: string, hint: string];

const notTheApi =
  'name the address of the console alone, https://HOST; a login page of a proxy in between looks the same';

/** The error that an answer without success means. */
export function answerFault(answer: Answer, where: string, hide: Hide): ConsoleError {
  const { status } = answer;
  const { text, apiCode } = toldIn(answer, hide);
  const [code, message, hint] = meaningOf(status, text, answer, hide);
  const number = apiCode === undefined ? '' : `, code ${apiCode}`;
  return new ConsoleError(code, `${message} (HTTP ${status}${number})`, {
    where,
    hint,
    status,
    apiCode,
    // What was asked may have been done all the same: worth a look, then another try.
    retryable: status === 429 || status >= 500,
  });
}

/** What answers is something else than the console's REST API. */
export function notTheApiFault(answer: Answer, where: string): ConsoleError {
  const type = printed(answer.header('content-type') ?? 'no content type', 60);
  return new ConsoleError(
    'TF_CONFIG',
    `this is not the REST API of a console: the answer is no JSON (HTTP ${answer.status}, ${type})`,
    { where, hint: notTheApi, status: answer.status },
  );
}

/** The value of a good answer; undefined when its body is empty. Throws ConsoleError. */
export function jsonOf(answer: Answer, where: string): unknown {
  const { text, status } = answer;
  if (text.trim() === '') return undefined;
  if (isHtml(answer)) throw notTheApiFault(answer, where);
  try {
    return JSON.parse(text);
  } catch {
    // The error of JSON.parse() quotes the answer; it may be anything.
    if (!isJson(answer)) throw notTheApiFault(answer, where);
    throw new ConsoleError('TF_CONSOLE', 'the answer of the console is broken JSON', {
      where,
      hint: 'try again; if it stays, something between here and the console changes answers',
      status,
    });
  }
}

function isJson(answer: Answer): boolean {
  return /\bjson\b/i.test(answer.header('content-type') ?? '');
}

function isHtml(answer: Answer): boolean {
  return /\bhtml\b/i.test(answer.header('content-type') ?? '');
}

function meaningOf(status: number, told: string, answer: Answer, hide: Hide): Meaning {
  const says = told === '' ? '' : `: ${told}`;
  if (status >= 300 && status < 400) {
    const to = printed(hide(answer.header('location') ?? 'nowhere'), 200);
    return [
      'TF_CONFIG',
      `the console sends us on to ${to}`,
      `redirects are not followed; ${notTheApi}`,
    ];
  }
  if (isVersionRefused(status, told)) {
    return [
      'TF_CONFIG',
      `the console refuses this version of its REST API${says}`,
      'name one it offers with --api-version (console.apiVersion), or none',
    ];
  }
  switch (status) {
    case 401:
      return [
        'TF_CONFIG',
        // It says so of a wrong token too, and we sent one.
        `the console does not accept the token${/^No SEC header/i.test(told) ? '' : says}`,
        'take the token of an authorised service (Admin, Authorized Services) that has not expired; after creating one, Deploy Changes is needed',
      ];
    case 403:
      return [
        'TF_CONFIG',
        `the token may not do this${says}`,
        'give the authorised service the user role Admin (a role with the capability named, if one is named) and a security profile Admin, then Deploy Changes',
      ];
    case 404:
      return [
        'TF_CONSOLE',
        told === '' ? 'the console does not have this' : told,
        'it may have been removed meanwhile, or this release of the console does not know it',
      ];
    case 409:
      return [
        'TF_CONSOLE',
        told === '' ? 'the console says this contradicts what it has' : told,
        'something like it exists already or another task is running: look on the console, then start again',
      ];
    case 422:
      return [
        'TF_CONSOLE',
        told === '' ? 'the console finds a value wrong' : told,
        'correct the value that is named',
      ];
    case 429:
      return ['TF_PEER_UNAVAILABLE', `the console has too many requests${says}`, 'try again later'];
    default:
      return status >= 500
        ? [
            'TF_PEER_UNAVAILABLE',
            `the console cannot answer now${says}`,
            'try again in some minutes; a console that is being deployed or restarted answers so',
          ]
        : [
            'TF_CONSOLE',
            `the console refuses this${says}`,
            'look at what the console says, and whether its release is supported',
          ];
  }
}

/** Known by its text alone: `Version (3.0) from header parameter (Version) has been removed …`. */
function isVersionRefused(status: number, told: string): boolean {
  return status >= 400 && status < 500 && /^Version \(/i.test(told);
}

/** Message, description and details, each once, on one line. */
function toldIn(answer: Answer, hide: Hide): Told {
  let body: unknown;
  try {
    body = JSON.parse(answer.text);
  } catch {
    // A page for people, of a proxy or a web server: its status says enough.
  }
  if (typeof body !== 'object' || body === null) return { text: '', apiCode: undefined };
  const { message, description, details, code } = body as Record<string, unknown>;
  const parts = [message, description, detailsText(details)]
    .filter((part): part is string => typeof part === 'string')
    .map((part) => printed(hide(part)))
    .filter((part, index, all) => part !== '' && all.indexOf(part) === index);
  return {
    text: printed(parts.map((part) => part.replace(/\.$/, '')).join('; '), 500),
    apiCode: typeof code === 'number' ? code : undefined,
  };
}

function detailsText(details: unknown): string | undefined {
  if (typeof details === 'string') return details;
  if (typeof details !== 'object' || details === null) return undefined;
  const { reason } = details as { readonly reason?: unknown };
  if (typeof reason === 'string') return reason;
  return Object.keys(details).length === 0 ? undefined : JSON.stringify(details);
}
