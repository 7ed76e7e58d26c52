import type { ConsoleSurroundings } from './console-surroundings.js';

/** Asks on the terminal; to leave the question is a no. */
export async function agrees(
  { input, errorOutput }: Pick<ConsoleSurroundings, 'input' | 'errorOutput'>,
  question: string,
  initial: boolean,
): Promise<boolean> {
  const { Cancelled, createPrompts } = await import('../init/prompts.js');
  const prompts = await createPrompts({ input, output: errorOutput });
  try {
    return await prompts.yesNo(question, initial);
  } catch (error) {
    if (error instanceof Cancelled) return false;
    throw error;
  }
}
