import { listenForms, tryParseListen } from '../../../config/index.js';
import { usage } from './given.js';
import type { Session } from './session.js';

/** JSA is another machine: an address only this one can reach would take no event. */
const everyAddress = '0.0.0.0:9995';
const onlyHere = '127.0.0.1:9995';

/** The address and port events come in at. */
export async function askListen({ given, existing, wizard }: Session): Promise<string> {
  if (given.listen !== undefined) {
    if (tryParseListen(given.listen) !== undefined) return given.listen;
    throw usage(`--listen ${given.listen} is no address to listen on`, `write ${listenForms}`);
  }
  const inUse = existing?.listen;
  if (wizard === undefined) return inUse ?? everyAddress;
  const choice = await wizard.choose('Where do events from JSA come in?', [
    ...(inUse === undefined ? [] : [{ value: inUse, label: inUse, hint: 'as now' }]),
    ...[
      {
        value: everyAddress,
        label: everyAddress,
        hint: 'any address of this machine: JSA is another one',
      },
      { value: onlyHere, label: onlyHere, hint: 'only from this machine: for trials' },
    ].filter(({ value }) => value !== inUse),
    { value: 'other', label: 'Another address or port' },
  ]);
  if (choice !== 'other') return choice;
  const check = (text: string): string | undefined =>
    tryParseListen(text.trim()) === undefined ? `write ${listenForms}` : undefined;
  return (await wizard.text('Which? (HOST:PORT)', check, inUse ?? everyAddress)).trim();
}
