/** A mistake on the command line: shown without a stack, exit code 2. */
export class UsageError extends Error {}

/** A whole number from `least` on; `1_000`, `1,000` and `1e6` are read too. */
export function countOf(text: string, name: string, least = 0): number {
  const number = Number(text.replaceAll(/[_,]/g, ''));
  if (text.trim() !== '' && Number.isInteger(number) && number >= least) return number;
  throw new UsageError(`--${name} ${text}: a whole number, ${least} at least, is expected`);
}

/** A number from 0 to 1. */
export function shareOf(text: string, name: string): number {
  const number = Number(text);
  if (text.trim() !== '' && number >= 0 && number <= 1) return number;
  throw new UsageError(`--${name} ${text}: a number from 0 to 1 is expected`);
}

/** One of some words. */
export function choiceOf<Choice extends string>(
  text: string,
  name: string,
  choices: readonly Choice[],
): Choice {
  const found = choices.find((choice) => choice === text);
  if (found !== undefined) return found;
  throw new UsageError(`--${name} ${text}: one of ${choices.join(', ')} is expected`);
}

/** Several, separated by commas; every one is read by `read`. */
export function listOf<Item>(
  text: string,
  name: string,
  read: (item: string, name: string) => Item,
): readonly Item[] {
  const items = text.split(',').map((item) => item.trim());
  return items.map((item) => read(item, name));
}
