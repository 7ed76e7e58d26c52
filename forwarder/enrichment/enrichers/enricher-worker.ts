/** The thread that runs one enricher module; enricher-thread.ts starts it. */
import { parentPort, workerData } from 'node:worker_threads';

import { messageOf } from '../../core/errors.js';
import type { CreateEnricher, Enricher } from './enricher-module.js';
import type { EnricherMessage, EnricherRequest, EnricherThreadData } from './messages.js';
import { readReply } from './read-reply.js';

const longestText = 500;
const { module, options, begun } = workerData as EnricherThreadData;
const count = new Int32Array(begun);
const port = parentPort;

function send(message: EnricherMessage): void {
  port?.postMessage(message);
}

/** The text of anything thrown, and where in a file it was thrown, if it says so. */
function textOf(error: unknown): string {
  try {
    const stack = error instanceof Error ? (error.stack ?? '') : '';
    const place = /file:[^\s()]+:\d+/.exec(stack)?.[0] ?? '';
    const isOurs = place === '' || place.startsWith(import.meta.url);
    return `${messageOf(error).slice(0, longestText)}${isOurs ? '' : ` (${place})`}`;
  } catch {
    return 'something without a text was thrown';
  }
}

async function load(): Promise<Enricher> {
  const loaded = (await import(module)) as { readonly default?: unknown };
  if (typeof loaded.default !== 'function') throw new Error('its default export is no function');
  const made: unknown = await (loaded.default as CreateEnricher)(options);
  if (typeof made !== 'object' || made === null || !('enrich' in made)) {
    throw new Error('its default export gave back no object with a function enrich');
  }
  if (typeof made.enrich !== 'function') throw new Error('enrich is no function');
  return made as Enricher;
}

async function answer(enricher: Enricher, { id, input }: EnricherRequest): Promise<void> {
  let reply: unknown;
  try {
    reply = await enricher.enrich(input);
  } catch (error) {
    send({ kind: 'failed', id, reason: 'error', why: textOf(error) });
    return;
  }
  send(checked(id, reply));
}

function checked(id: number, reply: unknown): EnricherMessage {
  try {
    const answers = readReply(reply);
    if (typeof answers !== 'string') return { kind: 'answers', id, answers };
    return { kind: 'failed', id, reason: 'bad_answer', why: answers };
  } catch (error) {
    // A getter of the module's that throws.
    return { kind: 'failed', id, reason: 'bad_answer', why: textOf(error) };
  }
}

try {
  const enricher = await load();
  port?.on('message', (request: EnricherRequest) => {
    Atomics.add(count, 0, 1);
    if (Date.now() < request.uselessAfterMs) void answer(enricher, request);
  });
  send({ kind: 'ready' });
} catch (error) {
  send({ kind: 'unusable', why: textOf(error) });
}
