import { messageOf, ServiceError } from '../../../core/index.js';
import type { ServiceState, ServiceStatus } from '../../../service/health/status.js';

/** A service that is alive answers within milliseconds, under full load too. */
const answerMs = 5000;

/** A page is some kilobytes, for hundreds of feeds some hundred; more is not from us. */
const longestAnswer = 16 * 2 ** 20;

/**
 * Asks a service for its page. Throws ServiceError TF_PEER_UNAVAILABLE when none answers there, or
 * something else does.
 */
export async function askStatus(url: URL, stop?: AbortSignal): Promise<ServiceStatus> {
  const limit = AbortSignal.timeout(answerMs);
  const signal = stop === undefined ? limit : AbortSignal.any([limit, stop]);
  let response: Response;
  let text: string;
  try {
    response = await fetch(url, { signal, redirect: 'error', headers: { connection: 'close' } });
    text = await limitedText(response);
  } catch (error) {
    throw new ServiceError('TF_PEER_UNAVAILABLE', `the service does not answer: ${why(error)}`, {
      where: url.href,
      hint: 'start it, or name its address: --url http://HOST:PORT, as http.listen says',
      cause: error,
    });
  }
  const page = response.ok ? parsed(text) : undefined;
  if (page !== undefined) return page;
  throw new ServiceError('TF_PEER_UNAVAILABLE', `the answer (${response.status}) is no status`, {
    where: url.href,
    hint: 'something else, or an older version of the service, answers there; name the right --url',
  });
}

async function limitedText(response: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk as Uint8Array, { stream: true });
    if (text.length > longestAnswer) throw new Error('the answer is too long');
  }
  return text + decoder.decode();
}

/** What must be there for the page to be ours; what it holds is up to the version that made it. */
const states: readonly unknown[] = ['ok', 'degraded', 'not ready'] satisfies ServiceState[];
const parts = ['service', 'intake', 'detections', 'delivery'] as const;

function parsed(text: string): ServiceStatus | undefined {
  try {
    const page = JSON.parse(text) as Record<string, unknown> | null;
    if (page === null || !states.includes(page['state'])) return undefined;
    const isWhole = parts.every((part) => typeof page[part] === 'object' && page[part] !== null);
    const hasLists = Array.isArray(page['problems']) && Array.isArray(page['statusEvents']);
    return isWhole && hasLists ? (page as unknown as ServiceStatus) : undefined;
  } catch {
    return undefined;
  }
}

/** fetch() says only "fetch failed"; the cause knows more. */
function why(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === 'TimeoutError') return `nothing came within ${answerMs / 1000} s`;
  const { cause } = error;
  if (cause instanceof Error && 'code' in cause) return String(cause.code);
  return messageOf(cause ?? error);
}
