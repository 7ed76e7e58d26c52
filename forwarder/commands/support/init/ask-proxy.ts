import { readSecret, withoutCredentials } from '../../../config/index.js';
import type { HeldSecret } from './answers.js';
import { usage } from './given.js';
import { readReference } from './held-secret.js';
import { hasCredentials, parseProxy, withUser } from './proxy.js';
import type { Prompts } from './prompts.js';
import { warn } from './session.js';
import type { Session } from './session.js';

/** The proxy that feeds are fetched through; undefined: none of its own. */
export async function askProxy(session: Session): Promise<HeldSecret | undefined> {
  const { given, wizard } = session;
  if (given.proxy === false) return undefined;
  if (given.proxy !== undefined) return fromFlags(session, given.proxy);
  const inUse = proxyInUse(session);
  if (wizard === undefined) return inUse;
  const choice = await wizard.choose<'keep' | 'none' | 'proxy'>(
    'Does this machine reach the internet through a proxy?',
    [
      ...(inUse === undefined
        ? []
        : [{ value: 'keep' as const, label: 'The one in use', hint: shownProxy(inUse) }]),
      {
        value: 'none',
        label: 'No',
        hint: 'HTTPS_PROXY and HTTP_PROXY of the environment still count',
      },
      { value: 'proxy', label: 'Yes, I give its address' },
    ],
  );
  switch (choice) {
    case 'keep':
      return inUse;
    case 'none':
      return undefined;
    case 'proxy':
      return fromPrompts(wizard);
    default:
      return choice satisfies never;
  }
}

/** A proxy as it may be shown. */
export function shownProxy({ text, reference }: HeldSecret): string {
  if (text !== '') return withoutCredentials(text);
  return reference === undefined || reference.startsWith('enc:') ? '(sealed)' : reference;
}

async function fromFlags(session: Session, value: string): Promise<HeldSecret> {
  const { given, places } = session;
  const isReference = /^(?:env|file):/.test(value);
  if (!isReference && hasCredentials(value)) {
    throw usage(
      '--proxy takes no password: the command line is no safe place',
      'give --proxy-user NAME and --proxy-password env:NAME|file:PATH|-, or the whole address as --proxy env:NAME|file:PATH',
    );
  }
  const held = isReference ? await readReference(value, '--proxy', places) : { text: value };
  const parsed = parseProxy(held.text);
  if (!parsed.ok) {
    const shown = isReference ? value : withoutCredentials(value);
    throw usage(`--proxy ${shown}: ${parsed.problem}`, 'for example --proxy http://192.0.2.8:3128');
  }
  if (given.proxyUser === undefined || given.proxyPassword === undefined) {
    return isReference ? held : { text: parsed.value };
  }
  const password = await readReference(given.proxyPassword, '--proxy-password', places);
  return { text: withUser(parsed.value, given.proxyUser, password.text) };
}

async function fromPrompts(wizard: Prompts): Promise<HeldSecret> {
  const typed = await wizard.text('What is its address? (http://HOST:PORT)', (text) => {
    const parsed = parseProxy(text.trim());
    if (!parsed.ok) return parsed.problem;
    return hasCredentials(parsed.value)
      ? 'leave user name and password out: they are asked next'
      : undefined;
  });
  const parsed = parseProxy(typed.trim());
  const address = parsed.ok ? parsed.value : typed.trim();
  const user = await wizard.text('User name of the proxy? (empty: none)', () => undefined);
  if (user === '') return { text: address };
  const password = await wizard.secret('Password?', () => undefined);
  return { text: withUser(address, user, password) };
}

/** The proxy of the existing configuration; of a secret that does not open, only its reference. */
function proxyInUse(session: Session): HeldSecret | undefined {
  const reference = session.existing?.proxy;
  if (reference === undefined) return undefined;
  const { env, directory } = session.places;
  const found = readSecret(reference, env, directory);
  if (!/^(?:env|file|enc):/.test(reference)) return { text: reference };
  if ('text' in found) return { text: found.text, reference };
  warn(session, `the proxy in use is kept, but cannot be read here: found ${found.problem}`);
  return { text: '', reference };
}
