import { tooLarge, type Answer } from './answer.js';
import { FetchError } from './fetch-error.js';

/**
 * The body of an answer as JSON; at most `maxBytes` of it, as it stands in memory whole. Throws
 * FetchError.
 */
export async function readJson(answer: Answer, maxBytes: number): Promise<unknown> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of answer.body) {
    bytes += chunk.length;
    if (bytes > maxBytes) throw tooLarge(answer.what, answer.address, maxBytes);
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks, bytes).toString('utf8'));
  } catch (error) {
    const { code, noun } = answer.what;
    // The text of a SyntaxError quotes the answer; it may be anything.
    throw new FetchError(code, 'the answer is no JSON', {
      where: answer.address,
      hint: `check that the address is of this kind of ${noun}, and not of a page for people`,
      cause: error,
    });
  }
}
