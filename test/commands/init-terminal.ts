import { PassThrough } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';

import type { Ended, InitFolder, InitOptions } from './init-support.js';

export const keys = {
  enter: '\r',
  up: '\u001b[A',
  down: '\u001b[B',
  space: ' ',
  ctrlC: '\u0003',
  escape: '\u001b',
  /** Empties a line that holds a default. */
  clear: '\u0015',
} as const;

/** What is pressed when a text is on the screen. */
export type Answer = readonly [shown: string, ...pressed: string[]];

/** What happens after the last answer: nothing, a key, or the terminal goes away. */
export type Ending = 'none' | 'hangup' | { readonly press: string; readonly at: string };

/**
 * Runs the wizard of `init` at a terminal whose person waits for each text in turn, counted from the
 * answer before, and then presses keys.
 */
export async function atTerminal(
  folder: InitFolder,
  args: readonly string[],
  answers: readonly Answer[],
  ending: Ending = 'none',
  options: InitOptions & { readonly size?: { columns: number; rows: number } } = {},
): Promise<Ended & { readonly screen: string; readonly unanswered: readonly Answer[] }> {
  const [input, output] = [new PassThrough(), new PassThrough()];
  Object.assign(output, options.size ?? {});
  const waiting = [...answers];
  if (typeof ending === 'object') waiting.push([ending.at, ending.press]);
  let [screen, fresh] = ['', ''];
  let isBusy = false;
  const react = (): void => {
    const next = waiting[0];
    if (isBusy || next === undefined || !fresh.includes(next[0])) return;
    waiting.shift();
    fresh = '';
    isBusy = true;
    const pressed = next.slice(1);
    const step = (): void => {
      const key = pressed.shift();
      if (key !== undefined) {
        input.write(key);
        setImmediate(step);
        return;
      }
      isBusy = false;
      if (waiting.length === 0 && ending === 'hangup') input.end();
      react();
    };
    // The question has to listen before anything is pressed.
    setImmediate(step);
  };
  output.on('data', (chunk: Buffer) => {
    const text = stripVTControlCharacters(chunk.toString());
    screen += text;
    fresh += text;
    react();
  });
  const ended = await folder.runWith(args, input, output, true, options);
  return { ...ended, screen, unanswered: waiting };
}
