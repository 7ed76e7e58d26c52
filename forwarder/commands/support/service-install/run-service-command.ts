import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';

import { exitCodes, ServiceError } from '../../../core/index.js';
import { printJson, printTable, statusMark } from '../table.js';
import { applySteps } from './apply.js';
import type { StepResult } from './apply.js';
import { workOut } from './installation.js';
import type { Installation } from './installation.js';
import { installedState } from './status.js';
import { installSteps, servicePath, socketPath, uninstallSteps } from './steps.js';
import { serviceName, serviceUnit, socketName, socketUnit } from './unit-text.js';

type Options = Readonly<Record<string, unknown>>;

/** Puts units, user and folders in place; resolves to the exit code. */
export async function installService(options: Options): Promise<number> {
  const isDryRun = options['dryRun'] === true;
  const installation = await installationOf(options);
  const { root, user, warnings, needsConfig, configFile } = installation;
  if (!isDryRun) mustBeAble(root);
  const steps = installSteps(installation, options['now'] === true);
  const results = await applySteps(steps, { root, user, isDryRun });
  const next: string[] = [];
  if (needsConfig) next.push(`threat-forwarder init --config ${configFile}`);
  if (options['now'] !== true) next.push(...startCommands(results, installation));
  report(options, { results, warnings, next });
  return exitCodes.done;
}

/** What starts the service as it is installed now, also where it runs as it was before. */
function startCommands(results: readonly StepResult[], { facts }: Installation): readonly string[] {
  const restart = (units: string): string => `systemctl restart ${units}`;
  if (facts.listenStream !== undefined) return [restart(`${socketName} ${serviceName}`)];
  const hadSocket = results.some(({ step }) => step === `systemctl disable ${socketName}`);
  return [...(hadSocket ? [`systemctl stop ${socketName}`] : []), restart(serviceName)];
}

/** Takes the units away again. */
export async function uninstallService(options: Options): Promise<number> {
  const root = rootOf(options);
  const isDryRun = options['dryRun'] === true;
  if (!isDryRun) mustBeAble(root);
  const steps = uninstallSteps((path) => existsSync(join(root, path)));
  const results = await applySteps(steps, { root, user: '', isDryRun });
  const warnings = ['configuration, data, logs and the user stay; remove them by hand'];
  report(options, { results, warnings, next: [] });
  return exitCodes.done;
}

/** Says what is installed; 1 when something is amiss. */
export async function serviceStatus(options: Options): Promise<number> {
  const findings = await installedState(await installationOf(options));
  const isWell = findings.every(({ status }) => status !== 'failed');
  if (options['json'] === true) printJson({ ok: isWell, findings });
  else {
    const rows = findings.map(({ status, part, detail }) => [statusMark(status), part, detail]);
    printTable(['', 'part', 'finding'], rows);
  }
  return isWell ? exitCodes.done : exitCodes.fellShort;
}

/** Prints the unit files. */
export async function printUnits(options: Options): Promise<number> {
  const { facts } = await installationOf(options);
  const units = [{ path: servicePath, text: serviceUnit(facts) }];
  if (facts.listenStream !== undefined) {
    units.push({ path: socketPath, text: socketUnit(facts.listenStream) });
  }
  if (options['json'] === true) printJson({ units });
  else process.stdout.write(units.map(({ path, text }) => `# ${path}\n${text}`).join('\n'));
  return exitCodes.done;
}

function installationOf(options: Options): Promise<Installation> {
  return workOut({
    root: rootOf(options),
    user: options['user'] as string,
    configFile: resolve('/', options['config'] as string),
    usesSocket: options['socket'] !== false,
  });
}

function rootOf(options: Options): string {
  const root = options['root'] as string | undefined;
  if (root === undefined) return '';
  const path = resolve(root);
  if (!existsSync(path)) {
    throw new ServiceError('TF_USAGE', `there is no folder ${path}`, {
      where: '--root',
      hint: 'name the root folder of an image',
    });
  }
  return path === '/' ? '' : path;
}

/** This machine is changed by root only, and must run systemd; an image may be anyone's. */
function mustBeAble(root: string): void {
  if (root !== '') return;
  if (process.getuid?.() !== 0) {
    throw new ServiceError('TF_USAGE', 'only root can install a service', {
      hint: 'use sudo; --dry-run shows what would be done, "service print" the unit files',
    });
  }
  if (!existsSync('/run/systemd/system')) {
    throw new ServiceError('TF_USAGE', 'this machine does not run systemd', {
      hint: 'with --root DIR an image is set up; elsewhere let a supervisor of yours start "threat-forwarder run"',
    });
  }
}

function report(
  options: Options,
  {
    results,
    warnings,
    next,
  }: {
    readonly results: readonly StepResult[];
    readonly warnings: readonly string[];
    readonly next: readonly string[];
  },
): void {
  const isDryRun = options['dryRun'] === true;
  if (options['json'] === true) {
    printJson({ dryRun: isDryRun, steps: results, warnings, next });
    return;
  }
  printTable(
    ['', 'step'],
    results.map(({ outcome, step, detail }) => [
      outcome,
      detail === undefined ? step : `${step} (${detail})`,
    ]),
  );
  for (const warning of warnings) process.stderr.write(`note: ${warning}\n`);
  if (!isDryRun && next.length > 0) process.stdout.write(`Next: ${next.join('\n      ')}\n`);
}
