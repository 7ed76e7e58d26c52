import { execFile } from 'node:child_process';
import { constants, existsSync } from 'node:fs';
import { mkdir, open, readFile, rename, rm, writeFile } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';

import { messageOf, ServiceError } from '../../../core/index.js';
import { describeStep } from './steps.js';
import type { Owner, Step } from './steps.js';

/** What became of a step. `skipped` says why in its detail. */
export interface StepResult {
  readonly step: string;
  readonly outcome: 'done' | 'unchanged' | 'skipped' | 'would';
  readonly detail?: string;
}

export interface ApplyOptions {
  /** Root of an image; '' is this machine. */
  readonly root: string;
  readonly user: string;
  readonly isDryRun: boolean;
}

const run = promisify(execFile);
const commandLimitMs = 60_000;
const isRoot = (): boolean => process.getuid?.() === 0;

/** Does the steps in order. Throws ServiceError at the first that fails; all may be done again. */
export async function applySteps(
  steps: readonly Step[],
  options: ApplyOptions,
): Promise<readonly StepResult[]> {
  const results: StepResult[] = [];
  for (const step of steps) {
    const text = describeStep(step);
    if (step.kind === 'systemctl' && !isDue(step, options.root)) continue;
    if (options.isDryRun) {
      results.push({ step: text, outcome: 'would' });
      continue;
    }
    try {
      results.push({ step: text, ...(await applyStep(step, options)) });
    } catch (error) {
      if (error instanceof ServiceError) throw error;
      throw new ServiceError('TF_INTERNAL', `cannot ${text}: ${messageOf(error)}`, {
        hint: 'what was done before stays; run the command again when the reason is gone',
        cause: error,
      });
    }
  }
  return results;
}

function isDue({ onlyIf }: Extract<Step, { kind: 'systemctl' }>, root: string): boolean {
  return onlyIf === undefined || existsSync(join(root, onlyIf));
}

type Applied = Omit<StepResult, 'step'>;
const done: Applied = { outcome: 'done' };
const unchanged: Applied = { outcome: 'unchanged' };

async function applyStep(step: Step, options: ApplyOptions): Promise<Applied> {
  const { root } = options;
  switch (step.kind) {
    case 'file':
      return writeStep(step, options);
    case 'folder':
      // Those above it are for everyone, as the system makes them.
      await mkdir(dirname(join(root, step.path)), { recursive: true, mode: 0o755 });
      await mkdir(join(root, step.path), { recursive: true, mode: step.mode });
      return give(step.path, step, options);
    case 'own':
      if (!existsSync(join(root, step.path))) return { outcome: 'skipped', detail: 'not there' };
      return give(step.path, step, options);
    case 'user':
      if ((await idsOf(step.name, root)) !== undefined) return unchanged;
      if (!isRoot()) return { outcome: 'skipped', detail: 'only root can' };
      // By its bare name: a path would not be looked up in the image.
      await run('systemd-sysusers', [...rootArgument(root), basename(step.file)], {
        timeout: commandLimitMs,
      });
      return done;
    case 'remove':
      if (!existsSync(join(root, step.path))) return unchanged;
      await rm(join(root, step.path));
      return done;
    case 'systemctl':
      if (root !== '' && step.onlyLive) return { outcome: 'skipped', detail: 'in an image' };
      await run('systemctl', [...rootArgument(root), ...step.args], { timeout: commandLimitMs });
      return done;
    default:
      return step satisfies never;
  }
}

async function writeStep(
  step: Extract<Step, { kind: 'file' }>,
  options: ApplyOptions,
): Promise<Applied> {
  const path = join(options.root, step.path);
  const before = await readFile(path, 'utf8').catch(() => undefined);
  if (before !== undefined && step.keepsExisting === true) return unchanged;
  if (before !== step.text) {
    await mkdir(dirname(path), { recursive: true, mode: 0o755 });
    const temporary = `${path}.${process.pid}.tmp`;
    await rm(temporary, { force: true });
    // Never readable by others, not even for a moment.
    await writeFile(temporary, step.text, { mode: 0o600, flag: 'wx' });
    await rename(temporary, path);
  }
  const given = await give(step.path, step, options);
  return before === step.text ? given : { ...given, outcome: 'done' };
}

/** Sets owner and mode where they differ. */
async function give(
  path: string,
  { mode, owner }: { readonly mode: number; readonly owner: Owner },
  { root, user }: ApplyOptions,
): Promise<Applied> {
  const ids = isRoot() ? await wantedIds(owner, user, root) : undefined;
  const file = await openItself(join(root, path));
  try {
    const found = await file.stat();
    let outcome: StepResult['outcome'] = 'unchanged';
    if (ids !== undefined && (found.uid !== ids.uid || found.gid !== ids.gid)) {
      await file.chown(ids.uid, ids.gid);
      outcome = 'done';
    }
    if ((found.mode & 0o7777) !== mode) {
      await file.chmod(mode);
      outcome = 'done';
    }
    if (ids !== undefined || owner === 'root') return { outcome };
    return { outcome, detail: `only root can give it to ${user}` };
  } finally {
    await file.close();
  }
}

/**
 * Opens a file or folder by its own name. What is done goes by the descriptor: whoever may write into
 * the folder above (the service itself) could put a link in its place between a look and the deed.
 */
async function openItself(path: string): Promise<FileHandle> {
  const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants;
  try {
    return await open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ELOOP') throw error;
    throw new ServiceError('TF_USAGE', `${path} is a link`, {
      hint: 'its target would get other rights: name the place itself',
    });
  }
}

interface Ids {
  readonly uid: number;
  readonly gid: number;
}

async function wantedIds(owner: Owner, user: string, root: string): Promise<Ids> {
  if (owner === 'root') return { uid: 0, gid: 0 };
  const ids = await idsOf(user, root);
  if (ids === undefined) {
    throw new ServiceError('TF_USAGE', `there is no user ${user}`, {
      hint: `systemd-sysusers did not make it: make it with "useradd --system ${user}"`,
    });
  }
  return owner === 'service' ? ids : { uid: 0, gid: ids.gid };
}

/** Ids of a user: of the image, or of this machine by way of its directory services. */
async function idsOf(user: string, root: string): Promise<Ids | undefined> {
  let line: string | undefined;
  if (root === '') {
    const answer = await run('getent', ['passwd', user], { timeout: commandLimitMs }).catch(
      () => undefined,
    );
    line = answer?.stdout;
  } else {
    const text = await readFile(join(root, 'etc/passwd'), 'utf8').catch(() => '');
    line = text.split('\n').find((candidate) => candidate.startsWith(`${user}:`));
  }
  const [, , uid, gid] = line?.trim().split(':') ?? [];
  return uid === undefined || gid === undefined
    ? undefined
    : { uid: Number(uid), gid: Number(gid) };
}

function rootArgument(root: string): readonly string[] {
  return root === '' ? [] : [`--root=${root}`];
}
