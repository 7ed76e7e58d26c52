import { resolve } from 'node:path';

import { readSecret } from '../../../config/index.js';
import { messageOf, ServiceError } from '../../../core/index.js';
import { probeCollector } from '../../../delivery/index.js';
import type { CollectorOptions } from '../../../delivery/index.js';
import type { CollectorAnswer, CollectorCheck } from './answers.js';
import { placeOfEntry } from './existing.js';
import { usage } from './given.js';
import { jsaForms, parseJsaAddress } from './jsa-address.js';
import type { Prompts } from './prompts.js';
import { warn } from './session.js';
import type { Session } from './session.js';

const probeTimeoutMs = 5000;

/** JSA's event collector, tried whether it answers. Undefined when the flag is missing. */
export async function askCollector(session: Session): Promise<CollectorAnswer | undefined> {
  const { given, existing, wizard, prompts, places } = session;
  const inUse = placeOfEntry(existing?.collectors[0]);
  const ca = given.jsaCa === undefined ? undefined : resolve(places.cwd, given.jsaCa);
  let url: string;
  if (given.jsa !== undefined) url = fromFlag(given.jsa, '--jsa');
  else if (wizard !== undefined) url = await fromPrompt(wizard, inUse);
  else if (inUse !== undefined) url = fromFlag(inUse, 'the collector in use');
  else {
    session.missing.push("--jsa HOST:PORT (JSA's event collector)");
    return undefined;
  }
  for (;;) {
    if (ca !== undefined && !url.startsWith('tls://')) {
      throw usage('--jsa-ca has a meaning for tls:// only', 'write --jsa tls://HOST:6514');
    }
    const check = await tryCollector(session, url, ca);
    const isUsed = check.outcome !== 'unreachable' || (await useAnyway(session, url, check));
    if (isUsed) return { url, ...(ca === undefined ? {} : { ca }), check };
    if (prompts !== undefined) url = await fromPrompt(prompts, url);
  }
}

function fromFlag(text: string, flag: string): string {
  const parsed = parseJsaAddress(text);
  if (parsed.ok) return parsed.value;
  throw usage(`${flag}: ${parsed.problem}`, `write ${jsaForms}`);
}

async function fromPrompt(prompts: Prompts, initial: string | undefined): Promise<string> {
  const typed = await prompts.text(
    "Where is JSA's event collector? (HOST:PORT, or unix:///PATH)",
    (text) => {
      const parsed = parseJsaAddress(text);
      return parsed.ok ? undefined : parsed.problem;
    },
    initial,
  );
  return fromFlag(typed, 'the address');
}

/** Connects as the service would, sends nothing, and closes again. */
async function tryCollector(
  session: Session,
  url: string,
  ca: string | undefined,
): Promise<CollectorCheck> {
  // With a flag missing nothing comes of it: that is said without a wait.
  if (session.given.skipsCheck || session.missing.length > 0) return { outcome: 'skipped' };
  session.wizard?.say(`Trying ${url} …`);
  try {
    const probe = await probeCollector(optionsFor(session, url, ca), probeTimeoutMs);
    const detail = probe.outcome === 'reachable' ? {} : { detail: probe.detail };
    session.wizard?.say(
      probe.outcome === 'reachable' ? 'It answers.' : `${probe.outcome}: ${probe.detail}`,
    );
    return { outcome: probe.outcome, ...detail };
  } catch (error) {
    // Certificate files that cannot be used, and the like.
    if (!(error instanceof ServiceError)) throw error;
    return { outcome: 'unreachable', detail: messageOf(error) };
  }
}

/** What the existing entry of this collector says beside its address is used for the try, too. */
function optionsFor(session: Session, url: string, ca: string | undefined): CollectorOptions {
  const { env, directory } = session.places;
  const entry = session.existing?.collectors[0];
  const known = parseJsaAddress(placeOfEntry(entry) ?? '');
  if (!known.ok || known.value !== url || typeof entry !== 'object' || entry === null) {
    return { url, ca };
  }
  const given = entry as Readonly<Record<string, unknown>>;
  const path = (key: string): string | undefined =>
    typeof given[key] === 'string' ? resolve(directory, given[key]) : undefined;
  const { passphrase, serverName } = given;
  const found = typeof passphrase === 'string' ? readSecret(passphrase, env, directory) : undefined;
  return {
    url,
    ca: ca ?? path('ca'),
    cert: path('cert'),
    key: path('key'),
    ...(found !== undefined && 'text' in found ? { passphrase: found.text } : {}),
    ...(typeof serverName === 'string' ? { serverName } : {}),
  };
}

/** Whether an address nobody answers at is used all the same. Throws TF_COLLECTOR without anyone to ask. */
async function useAnyway(
  session: Session,
  url: string,
  { detail = '' }: CollectorCheck,
): Promise<boolean> {
  const { prompts, given } = session;
  const text = `nothing answers at ${url}: ${detail}`;
  if (given.yes) {
    warn(session, text);
    return true;
  }
  if (prompts === undefined) {
    throw new ServiceError('TF_COLLECTOR', `${text}; nothing was written`, {
      hint: 'see that the collector runs and its port is open, or leave the check out with --skip-check',
    });
  }
  const choice = await prompts.choose<'other' | 'use'>('Nothing answers there. What now?', [
    { value: 'other', label: 'Correct the address, or try again' },
    { value: 'use', label: 'Use it all the same', hint: 'the service waits for it' },
  ]);
  if (choice === 'use') warn(session, text);
  return choice === 'use';
}
