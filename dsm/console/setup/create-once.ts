import { ConsoleError, isAnswer } from '../console-error.js';

/** Times a thing is tried to be made when its answers are lost. */
const maxTries = 4;

export interface MakeOnce<T> {
  /** Sends the request. */
  readonly create: () => Promise<T>;
  /** Looks whether it is there. */
  readonly find: () => Promise<T | undefined>;
}

/**
 * Makes a thing that must not be there twice. When the answer is lost nobody knows whether it was made:
 * the console is asked before it is tried again. What the console says is there already (409, and
 * 422 of some resources) is found too. `isFound`: it was not made by an answer that arrived, so it may not be as it was asked for. Throws
 * ConsoleError.
 */
export async function createOnce<T>({
  create,
  find,
}: MakeOnce<T>): Promise<{ readonly value: T; readonly isFound: boolean }> {
  for (let tries = 1; ; tries += 1) {
    try {
      return { value: await create(), isFound: false };
    } catch (error) {
      if (!isAnswer(error, 409) && !isAnswer(error, 422) && !isLost(error)) throw error;
      const value = await find();
      if (value !== undefined) return { value, isFound: true };
      if (!isLost(error) || tries >= maxTries) throw error;
    }
  }
}

/** Sends what may be done twice without harm, again when its answer is lost. Throws ConsoleError. */
export async function changeSafely(change: () => Promise<unknown>): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      await change();
      return;
    } catch (error) {
      if (!isLost(error) || tries >= maxTries) throw error;
    }
  }
}

/** Removes; what is gone already (404) is removed. Throws ConsoleError. */
export async function removeOnce(remove: () => Promise<unknown>): Promise<void> {
  await changeSafely(async () => {
    try {
      await remove();
    } catch (error) {
      if (!isAnswer(error, 404)) throw error;
    }
  });
}

/** Whether nobody knows if the request was carried out: no answer, or one that says nothing about it. */
function isLost(error: unknown): boolean {
  return error instanceof ConsoleError && error.code === 'TF_PEER_UNAVAILABLE' && error.retryable;
}
