import type { ConsoleClient } from '../../../../dsm/console/index.js';
import {
  applySetup,
  isChanging,
  planSetup,
  removeSetup,
  type DesiredSetup,
  type SetupReport,
} from '../../../../dsm/console/setup/index.js';
import { exitCodeOf, exitCodes, ServiceError } from '../../../core/index.js';
import { formatServiceError } from '../report-error.js';
import { printJson } from '../table.js';
import { processSurroundings, type ConsoleSurroundings } from './console-surroundings.js';
import { asServiceError, withConsole } from './open-console.js';
import { agrees } from './setup-ask.js';
import { desiredSetup } from './setup-desired.js';
import { setupProgress } from './setup-progress.js';
import { setupJson, setupText } from './setup-text.js';

type Options = Readonly<Record<string, unknown>>;

/** Everything one of the commands works with. */
interface Work {
  readonly options: Options;
  readonly client: ConsoleClient;
  readonly desired: DesiredSetup;
  /** Of the configuration; they stand before those of the report. */
  readonly notes: readonly string[];
  readonly signal: AbortSignal;
  readonly surroundings: ConsoleSurroundings;
}

/** Shows what apply would do; resolves to the exit code. */
export function planCommand(
  options: Options,
  surroundings: ConsoleSurroundings = processSurroundings(),
): Promise<number> {
  return withSetup(options, surroundings, async (work) => {
    const report = await planSetup(work.client, work.desired, { deploys: deploysOf(options) });
    show(work, report, true);
    const isBehind = options['check'] === true && report.steps.some(isChanging);
    return isBehind ? exitCodes.fellShort : exitCodes.done;
  });
}

/** Sets the console up; resolves to the exit code. */
export async function applyCommand(
  options: Options,
  surroundings: ConsoleSurroundings = processSurroundings(),
): Promise<number> {
  checkInput(options, surroundings);
  return withSetup(options, surroundings, async (work) => {
    const { client, desired, signal } = work;
    const setup = { deploys: deploysOf(options), signal };
    if (isAsked(work)) {
      const plan = await planSetup(client, desired, setup);
      show(work, plan, true);
      if (!plan.steps.some(isChanging)) {
        process.stdout.write(nextText);
        return exitCodes.done;
      }
      if (!(await agrees(surroundings, 'Change this on the console?', true))) return refused(work);
    }
    const progress = setupProgress(surroundings.errorOutput);
    const report = await applySetup(client, desired, progress.onStep, setup).finally(() => {
      progress.clear();
    });
    show(work, report, false);
    const isWell = report.stoppedBy === undefined;
    if (isWell && options['json'] !== true) process.stdout.write(nextText);
    return codeOf(work, report);
  });
}

/** Takes away what apply made; resolves to the exit code. */
export async function removeCommand(
  options: Options,
  surroundings: ConsoleSurroundings = processSurroundings(),
): Promise<number> {
  const isPlan = options['dryRun'] === true;
  const canAsk = surroundings.isTerminal && options['json'] !== true;
  if (!isPlan && options['yes'] !== true && !canAsk) {
    throw new ServiceError('TF_USAGE', 'nobody can be asked whether to remove it', {
      hint: 'look at what would be removed with --dry-run, then say --yes',
    });
  }
  if (!isPlan) checkInput(options, surroundings);
  return withSetup(options, surroundings, async (work) => {
    const { client, desired, signal } = work;
    const removal = { deploys: deploysOf(options), signal };
    if (isPlan || isAsked(work)) {
      const plan = await removeSetup(client, desired, { ...removal, isPlan: true });
      show(work, plan, true);
      if (isPlan || !plan.steps.some(isChanging)) return exitCodes.done;
      if (!(await agrees(surroundings, 'Remove this from the console?', false)))
        return refused(work);
    }
    const progress = setupProgress(surroundings.errorOutput);
    const running = removeSetup(client, desired, { ...removal, isPlan: false }, progress.onStep);
    const report = await running.finally(() => {
      progress.clear();
    });
    show(work, report, false);
    return codeOf(work, report);
  });
}

function withSetup(
  options: Options,
  surroundings: ConsoleSurroundings,
  run: (work: Work) => Promise<number>,
): Promise<number> {
  return withConsole(
    options,
    async (client, loaded, signal) => {
      const { desired, notes } = await desiredSetup(options, loaded);
      return run({ options, client, desired, notes, signal, surroundings });
    },
    surroundings,
  );
}

function deploysOf(options: Options): boolean {
  return options['deploy'] !== false;
}

function isAsked({ options, surroundings }: Pick<Work, 'options' | 'surroundings'>): boolean {
  return options['yes'] !== true && options['json'] !== true && surroundings.isTerminal;
}

/** Whoever gave the token on standard input cannot answer there. Throws ServiceError TF_USAGE. */
function checkInput(options: Options, surroundings: ConsoleSurroundings): void {
  if (options['tokenFile'] !== '-' || !isAsked({ options, surroundings })) return;
  throw new ServiceError('TF_USAGE', 'standard input gives the token, so nobody can be asked', {
    hint: 'say --yes, or give the token in another way: --token-file FILE',
  });
}

function refused({ surroundings }: Work): number {
  surroundings.errorOutput.write('threat-forwarder: nothing was changed\n');
  return exitCodes.fellShort;
}

function show({ options, client, notes }: Work, report: SetupReport, isPlan: boolean): void {
  const whole = { ...report, notes: [...notes, ...report.notes] };
  if (options['json'] === true) {
    printJson(setupJson(whole, client.facts, isPlan));
    return;
  }
  process.stdout.write(
    setupText(whole, client.facts, { isPlan, showsAll: options['all'] === true }),
  );
}

/** What comes after a setup: the two things that no interface can make, then the proof. */
const nextText =
  '\nNext, where they are not there yet: the forwarding destination and the routing rule, by hand\n' +
  '(docs/guides/connect-jsa.md, sections 5 and 6). Then: threat-forwarder dsm verify.\n';

function codeOf({ surroundings }: Work, { stoppedBy, steps, left }: SetupReport): number {
  if (stoppedBy === undefined) return exitCodes.done;
  const error = asServiceError(stoppedBy);
  surroundings.errorOutput.write(formatServiceError(error));
  surroundings.errorOutput.write(
    '  it stopped there: run the same command again, and it goes on with what is left\n',
  );
  const isRemoved = steps.some(
    (step) => step.resource === 'log source' && step.action === 'remove',
  );
  if (isRemoved && left.some(({ resource }) => resource === 'deployment')) {
    // A log source that is gone cannot tell the next run that its removal was not deployed.
    surroundings.errorOutput.write(
      '  the log sources are removed, and that is not deployed: Admin, Deploy Changes\n',
    );
  }
  return exitCodeOf(error);
}
