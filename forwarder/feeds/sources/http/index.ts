export { tooLarge, type Answer } from './answer.js';
export { FetchError } from './fetch-error.js';
export {
  openHttpClient,
  type HttpClient,
  type HttpClientOptions,
  type HttpRequest,
} from './http-client.js';
export { readJson } from './read-json.js';
export { saveBody } from './save-body.js';
export { statusFault } from './status-faults.js';
