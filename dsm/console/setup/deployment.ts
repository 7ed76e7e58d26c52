import type { ConsoleClient } from '../console-client.js';
import { ConsoleError, isAnswer } from '../console-error.js';
import { changeSafely } from './create-once.js';
import { pauses } from './pauses.js';
import { isChanging, type Outcome, type PlannedStep } from './planned-step.js';
import { paths } from './resources.js';
import type { SetupOptions, SetupResource } from './setup.js';
import { listSources, type Workspace } from './survey.js';

const defaultLimitMs = 600_000;
/** Deployments of others that are waited for before ours is given up. */
const maxStarts = 3;

/** What only takes effect when it is deployed. */
const deployed: readonly SetupResource[] = ['log source type', 'log source', 'auto-detection'];

interface DeployStatus {
  readonly status?: string | null;
  readonly percent_complete?: number | null;
  readonly has_errors?: boolean | null;
  readonly error_message?: string | null;
  /** Each with its state, or lists of hosts by state: the description says both. */
  readonly hosts?: unknown;
}

const failedHost = /"(?:host_)?status":"(?:ERROR|TIMED_OUT)"|"(?:ERROR|TIMED_OUT)":\[[^\]]/;

/** The deployment that the other steps, or an earlier run that was cut off, make necessary. */
export function inspectDeployment(
  workspace: Workspace,
  steps: readonly PlannedStep[],
  options: SetupOptions,
): readonly PlannedStep[] {
  const isNeeded =
    steps.some((step) => deployed.includes(step.resource) && isChanging(step)) ||
    workspace.sources.some(({ requires_deploy }) => requires_deploy === true);
  if (!isNeeded) return [];
  if (options.deploys === false) {
    workspace.notes.add(
      'The log sources take effect when the changes are deployed: Admin, Deploy Changes.',
    );
    return [];
  }
  return [
    {
      resource: 'deployment',
      name: 'Deploy Changes',
      action: 'change',
      detail: 'incremental',
      perform: () => deploy(workspace, options),
    },
  ];
}

async function deploy(workspace: Workspace, options: SetupOptions): Promise<Outcome | undefined> {
  const { client } = workspace;
  for (let starts = 1; ; starts += 1) {
    const isStarted = await start(client);
    const isDone = await waitForEnd(workspace, options);
    if (!isDone) return { action: 'change', detail: 'started, not at its end yet' };
    if (isStarted) return undefined;
    // Refused: another deployment was running, or there is nothing to deploy.
    const { identifier, verificationIdentifier } = workspace.desired;
    const sources = await listSources(client, [identifier, verificationIdentifier]);
    if (!sources.some(({ requires_deploy }) => requires_deploy === true)) {
      return { action: 'same', detail: 'nothing to deploy' };
    }
    if (starts < maxStarts) continue;
    throw new ConsoleError('TF_CONSOLE', 'the console does not begin the deployment', {
      where: whereOf(client),
      hint: 'deploy in JSA under Admin, Deploy Changes, or run this again when no other deployment runs',
      retryable: true,
    });
  }
}

/** Whether the console took it: it says the same (409) when one is running and when none is needed. */
async function start(client: ConsoleClient): Promise<boolean> {
  try {
    await changeSafely(() => client.post(paths.deployStatus, { body: { type: 'INCREMENTAL' } }));
    return true;
  } catch (error) {
    if (isAnswer(error, 409)) return false;
    throw error;
  }
}

/** False when it took too long. Throws ConsoleError TF_CONSOLE when it ended with errors. */
async function waitForEnd(
  { client, notes }: Workspace,
  { deployLimitMs = defaultLimitMs, ...options }: SetupOptions,
): Promise<boolean> {
  const pause = pauses(options, deployLimitMs);
  while (true) {
    const status = await statusOf(client);
    if (status !== undefined && !isRunning(status)) {
      const hasFailed = status.has_errors === true || failedHost.test(JSON.stringify(status.hosts));
      if (hasFailed) throw failed(client, status);
      return true;
    }
    if (await pause()) continue;
    notes.add('The deployment is still under way: JSA shows its end under Admin, Deploy Changes.');
    return false;
  }
}

/** Undefined when the console does not say now: while it deploys, it may not answer for a while. */
async function statusOf(client: ConsoleClient): Promise<DeployStatus | undefined> {
  try {
    return await client.get<DeployStatus>(paths.deployStatus);
  } catch (error) {
    if (error instanceof ConsoleError && error.retryable) return undefined;
    throw error;
  }
}

function isRunning({ status, percent_complete }: DeployStatus): boolean {
  if ((percent_complete ?? 0) >= 100) return false;
  return /INIT|PROGRESS|START|PEND|QUEUE|RUN/i.test(status ?? '');
}

function failed(client: ConsoleClient, { error_message }: DeployStatus): ConsoleError {
  const why = error_message == null || error_message === '' ? '' : `: ${error_message}`;
  return new ConsoleError('TF_CONSOLE', `the deployment ended with errors${why}`, {
    where: whereOf(client),
    hint: 'look at Admin, Deploy Changes in JSA for the host that failed, then run this again',
  });
}

function whereOf(client: ConsoleClient): string {
  return `${client.facts.address}/api${paths.deployStatus}`;
}
