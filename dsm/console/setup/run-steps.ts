import { ConsoleError } from '../console-error.js';
import { reported, type PlannedStep } from './planned-step.js';
import type { OnStep, SetupReport, SetupStep } from './setup.js';

/** Requests in flight at a time: a console answers some slowly, and many at once more slowly still. */
const concurrency = 4;

/**
 * Does the steps, part after part, those of one part a few at a time: they do not depend on each other.
 * The first error ends it once what is under way has ended. Both lists are in the order of the steps,
 * whatever came first. `signal` ends it as an error does. Throws what is no ConsoleError.
 */
export async function runSteps(
  parts: readonly (readonly PlannedStep[])[],
  onStep?: OnStep,
  signal?: AbortSignal,
): Promise<Omit<SetupReport, 'notes'>> {
  const total = parts.reduce((sum, part) => sum + part.length, 0);
  const done: SetupStep[] = [];
  const left: SetupStep[] = [];
  let count = 0;
  let stoppedBy: ConsoleError | undefined;
  let fault: Error | undefined;
  for (const part of parts) {
    const results: (SetupStep | undefined)[] = part.map(() => undefined);
    let next = 0;
    const work = async (): Promise<void> => {
      while (stoppedBy === undefined && fault === undefined) {
        const index = next;
        const planned = part[index];
        if (planned === undefined) return;
        next += 1;
        try {
          if (planned.perform !== undefined && signal?.aborted === true) throw interrupted();
          const step = { ...reported(planned), ...(await planned.perform?.()) };
          results[index] = step;
          count += 1;
          onStep?.(step, count, total);
        } catch (error) {
          if (error instanceof ConsoleError) {
            // The same, whether a request was under way or not.
            stoppedBy ??= signal?.aborted === true ? interrupted() : error;
          } else fault ??= error instanceof Error ? error : new Error(String(error));
        }
      }
    };
    await Promise.all(Array.from({ length: Math.min(concurrency, part.length) }, work));
    // What is under way has ended: nothing is changed behind the back of who is told.
    if (fault !== undefined) throw fault;
    part.forEach((planned, index) => {
      const result = results[index];
      if (result === undefined) left.push(reported(planned));
      else done.push(result);
    });
  }
  return { steps: done, left, ...(stoppedBy === undefined ? {} : { stoppedBy }) };
}

function interrupted(): ConsoleError {
  return new ConsoleError('TF_CONSOLE', 'interrupted', {
    where: 'dsm',
    hint: 'run the command again: it goes on where it stopped',
    retryable: true,
  });
}
