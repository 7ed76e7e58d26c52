import type { Answer, Call, Route } from './answer.js';
import { Refusal, refusalAnswer } from './answer.js';
import { selectFields } from './fields.js';

type Match = (path: string) => readonly string[] | undefined;

/** Finds the endpoint of a request and lets it answer; errors become answers. */
export class Router {
  private readonly routes: readonly (Route & { readonly match: Match })[];

  private readonly before: (path: string) => void;

  /** `before` is called with the path of each request that has an endpoint. */
  constructor(routes: readonly Route[], before: (path: string) => void = () => undefined) {
    this.before = before;
    this.routes = routes.map((route) => ({ ...route, match: matcherOf(route.path) }));
  }

  async answer(call: Omit<Call, 'parameters'>): Promise<Answer> {
    try {
      return await this.find(call);
    } catch (error) {
      if (error instanceof Refusal) return refusalAnswer(error);
      // A fault of the double itself, not of what it stands for.
      const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
      return refusalAnswer(new Refusal(500, 1020, `the test console failed: ${text}`));
    }
  }

  private async find(call: Omit<Call, 'parameters'>): Promise<Answer> {
    const there = this.routes.flatMap((route) => {
      const parameters = route.match(call.path);
      return parameters === undefined ? [] : [{ route, parameters }];
    });
    if (there.length === 0) throw new Refusal(404, 1002, `there is no endpoint ${call.path}`);
    const found = there.find(({ route }) => route.method === call.method);
    if (found === undefined) {
      throw new Refusal(405, 1003, `${call.method} is not allowed for ${call.path}`);
    }
    const { route, parameters } = found;
    const known = route.query ?? [];
    const unknown = Object.keys(call.query).find((name) => !known.includes(name));
    if (unknown !== undefined) {
      throw new Refusal(422, 1005, `there is no query parameter "${unknown}"`);
    }
    this.before(call.path);
    const answer = await route.handle({ ...call, parameters });
    // Where a body is sent, `fields` is a header.
    const fields = call.method === 'GET' ? undefined : call.headers['fields'];
    if (fields === undefined || answer.body === undefined) return answer;
    return { ...answer, body: selectFields(answer.body, fields) };
  }
}

function matcherOf(path: string): Match {
  const source = path
    .split(/\{\w+\}/)
    .map((part) => part.replace(/[$()*+.?[\\\]^{|}]/g, '\\$&'))
    .join('([^/]+)');
  const pattern = new RegExp(`^${source}$`);
  return (text) => {
    const found = pattern.exec(text);
    return found === null ? undefined : found.slice(1).map((part) => decodeURIComponent(part));
  };
}
