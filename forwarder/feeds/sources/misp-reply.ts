import { ServiceError } from '../../core/index.js';
import { isObject } from '../record-context.js';

/** An attribute as MISP gives it. */
export type MispAttribute = Readonly<Record<string, unknown>>;

/**
 * The attributes of a reply of attributes/restSearch: `{"response":{"Attribute":[…]}}`; older
 * servers say `{"response":[]}` when there are none. Throws ServiceError TF_FEED for anything else.
 */
export function attributesOfReply(text: string, where: string): readonly MispAttribute[] {
  const content = parse(text, where);
  const response = isObject(content) ? (content['response'] ?? content) : content;
  const attributes = isObject(response) ? response['Attribute'] : response;
  if (!Array.isArray(attributes)) {
    throw notMisp('The server answers with JSON, but not with a list of attributes.', where);
  }
  return attributes.filter(isObject);
}

function parse(text: string, where: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw text.trimStart().startsWith('<')
      ? notMisp('The server answers with a web page, not with JSON.', where)
      : notMisp('The answer of the server is no JSON, or not all of it.', where, error);
  }
}

/** What answers is no MISP, or not where it is looked for. */
export function notMisp(message: string, where: string, cause?: unknown): ServiceError {
  return new ServiceError('TF_FEED', message, {
    where,
    hint: 'Set misp to the address of the MISP itself, as the browser shows it before /events; a proxy or single sign-on in front must let requests with an automation key through.',
    ...(cause === undefined ? {} : { cause }),
  });
}
