import { stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { Readable, Writable } from 'node:stream';

import type { Environment } from '../../../config/index.js';
import { exitCodes } from '../../../core/index.js';
import type { Answers } from './answers.js';
import { askCertificate } from './ask-certificate.js';
import { askCollector } from './ask-collector.js';
import { askFeeds } from './ask-feeds.js';
import { askListen } from './ask-listen.js';
import { askProxy } from './ask-proxy.js';
import { readExisting } from './existing.js';
import { givesFeeds, readGiven, usage } from './given.js';
import type { Given } from './given.js';
import { lineReader } from './held-secret.js';
import { licenceNotice, licenceQuestion } from './notice.js';
import { outcomeJson, outcomeText } from './outcome.js';
import { createPrompts } from './prompts.js';
import { warn } from './session.js';
import type { Session } from './session.js';
import { summaryRows, summaryText } from './summary.js';
import { writeAnswers } from './write-answers.js';

/** What a run of `init` touches beside files. */
export interface InitSurroundings {
  readonly input: Readable;
  readonly output: Writable;
  readonly errorOutput: Writable;
  /** Whether a person sits there, who can be asked. */
  readonly isTerminal: boolean;
  readonly env: Environment;
  readonly cwd: string;
  readonly nowMs: number;
}

/**
 * Asks (on a terminal) or takes from the flags what a configuration needs, and writes it. Nothing is
 * written before the last answer. Resolves to the exit code; throws ServiceError.
 */
export async function runInit(
  options: Readonly<Record<string, unknown>>,
  surroundings: InitSurroundings,
): Promise<number> {
  const given = readGiven(options);
  const session = await openSession(given, surroundings);
  refuseToReplace(session);
  const { wizard } = session;
  const file = resolve(surroundings.cwd, given.config);
  wizard?.begin('threat-forwarder init');
  if (wizard !== undefined && session.existing !== undefined) {
    wizard.say(`${given.config} is there: its values are offered, what is not asked stays.`);
  }
  await acceptLicence(session);
  const answers = await collectAnswers(session);
  await confirm(session, answers);
  const written = await writeAnswers(file, answers, session);
  if ((await stat(written.file)).uid === 0) {
    warn(
      session,
      `the files belong to root: give them to the user that the service runs as (chown -R USER ${dirname(file)})`,
    );
  }
  if (given.json) {
    surroundings.output.write(outcomeJson(answers, written, session));
    return exitCodes.done;
  }
  const text = outcomeText(written, session);
  if (wizard === undefined) {
    for (const warning of session.warnings) {
      surroundings.errorOutput.write(`threat-forwarder: ${warning}\n`);
    }
    surroundings.output.write(`${summaryText(summaryRows(answers))}\n\n${text}\n`);
  } else {
    wizard.end(text);
  }
  return exitCodes.done;
}

async function openSession(given: Given, surroundings: InitSurroundings): Promise<Session> {
  const { input, output, errorOutput, isTerminal, env, cwd, nowMs } = surroundings;
  const file = resolve(cwd, given.config);
  const directory = dirname(file);
  const existing = await readExisting(file, directory);
  const isAsked = isTerminal && !given.yes;
  // With --json standard output is for the outcome alone.
  const terminal = { input, output: given.json ? errorOutput : output };
  const prompts = isAsked ? await createPrompts(terminal) : undefined;
  const line = lineReader(input);
  const isComplete =
    given.acceptsLicence &&
    given.jsa !== undefined &&
    (typeof given.certificate !== 'string' || givesFeeds(given));
  return {
    given,
    existing,
    places: {
      env,
      cwd,
      directory,
      // Typed at a terminal, a secret must not be seen.
      nextLine: async (option) =>
        isTerminal ? (await createPrompts(terminal)).secret(`${option}?`, () => undefined) : line(),
    },
    nowMs,
    prompts,
    wizard: isComplete ? undefined : prompts,
    missing: [],
    warnings: [],
  };
}

async function acceptLicence({ given, wizard, missing }: Session): Promise<void> {
  if (given.acceptsLicence) return;
  if (wizard === undefined) {
    missing.push('--accept-licence (Apache-2.0; feeds have terms of their own, see --help)');
    return;
  }
  wizard.note('Licence', licenceNotice);
  if (await wizard.yesNo(licenceQuestion, false)) return;
  throw usage('the licence was not accepted: nothing was written', 'answer Yes to go on');
}

/** The steps in their order; each takes a flag, asks, or uses what is there. */
async function collectAnswers(session: Session): Promise<Answers> {
  const certificate = await askCertificate(session);
  const proxy = await askProxy(session);
  const feeds = await askFeeds(session, { certificate, proxy });
  const listen = await askListen(session);
  const collector = await askCollector(session);
  if (feeds === undefined || collector === undefined || session.missing.length > 0) {
    const lines = session.missing.map((flag) => `\n  ${flag}`).join('');
    throw usage(
      `flags are missing, and ${session.given.yes ? '--yes asks nothing' : 'there is no terminal to ask at'}:${lines}`,
      'add them, or run threat-forwarder init in a terminal',
    );
  }
  return { certificate, proxy, feeds, listen, collector };
}

/** Without a terminal only `--force` changes a file that is there. */
function refuseToReplace({ given, existing, prompts }: Session): void {
  if (existing === undefined || given.force || prompts !== undefined) return;
  throw usage(
    `${given.config} is there already: nothing was written`,
    'change it with --force (the old one is kept as .bak), or name another with --config FILE',
  );
}

/** The last question. Throws when the file that is there is not to be changed. */
async function confirm(session: Session, answers: Answers): Promise<void> {
  const { given, existing, prompts, wizard } = session;
  wizard?.note('Summary', summaryText(summaryRows(answers)));
  const isReplaced = existing !== undefined && !given.force;
  if (!isReplaced && wizard === undefined) return;
  const how =
    existing?.isReadable === false
      ? `${given.config} is no YAML and is begun anew (it is kept as ${given.config}.bak).`
      : `${given.config} is changed (the old one is kept as ${given.config}.bak).`;
  const question = existing === undefined ? `Write ${given.config}?` : `${how} Go on?`;
  if ((await prompts?.yesNo(question, true)) === false) {
    throw usage('not confirmed: nothing was written', 'start again when you are ready');
  }
}
