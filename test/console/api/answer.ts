/** What a route answers; `undefined` body: no content. */
export interface Answer {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A request as a route sees it. */
export interface Call {
  readonly method: string;
  /** Behind /api, without the query. */
  readonly path: string;
  /** What stands for the `{…}` of the route's path, decoded. */
  readonly parameters: readonly string[];
  readonly query: Readonly<Record<string, string>>;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: unknown;
}

/** One endpoint. */
export interface Route {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Behind /api: `/data_classification/qid_records/{id}`. */
  readonly path: string;
  /** Names of the query parameters it knows; any other is refused. */
  readonly query?: readonly string[];
  readonly handle: (call: Call) => Answer | Promise<Answer>;
}

const statusTexts: Readonly<Record<number, string>> = {
  400: 'Invalid syntax for this request was provided.',
  401: 'You are unauthorized to access the requested resource.',
  403: 'Your account is not authorized to access the requested resource',
  404: 'We could not find the resource you requested.',
  405: 'The request method is not allowed for this resource.',
  409: 'The request could not be completed due to a conflict with the current state of the resource',
  415: 'The requested format is not supported by this resource.',
  422: 'The request was well-formed but was unable to be followed due to semantic errors',
  500: 'Unexpected internal server error',
  503: 'The server is currently unavailable',
};

/** A request that is answered with an error: HTTP status, the console's own number, and a text. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly status: number;
  readonly code: number;

  constructor(status: number, code: number, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

/** The body of an error answer, as the API describes it. */
export function refusalAnswer({ status, code, message }: Refusal): Answer {
  return {
    status,
    body: {
      http_response: { code: status, message: statusTexts[status] ?? 'Error' },
      code,
      description: '',
      details: {},
      message,
    },
  };
}

export function ok(body: unknown): Answer {
  return { status: 200, body };
}

export function created(body: unknown): Answer {
  return { status: 201, body };
}

/** A path parameter that is a number, and 404 when it is none. */
export function numberOf(call: Call, index = 0): number {
  const value = call.parameters[index] ?? '';
  if (!/^\d{1,15}$/.test(value)) throw new Refusal(404, 1002, `"${value}" is no identifier`);
  return Number(value);
}
