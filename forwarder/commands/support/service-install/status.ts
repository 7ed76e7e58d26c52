import { execFile } from 'node:child_process';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

import type { Installation } from './installation.js';
import { installedFolders } from './starter-config.js';
import { servicePath, socketPath } from './steps.js';
import { serviceName, serviceUnit, socketName, socketUnit } from './unit-text.js';

export interface StatusFinding {
  readonly part: string;
  readonly status: 'ok' | 'warning' | 'failed';
  readonly detail: string;
}

const run = promisify(execFile);
const commandLimitMs = 10_000;

/** What is installed, whether it is what this configuration asks for, and whether it runs. */
export async function installedState(
  installation: Installation,
): Promise<readonly StatusFinding[]> {
  const { facts, root, needsConfig, configFile } = installation;
  const findings: StatusFinding[] = [
    needsConfig
      ? { part: 'configuration', status: 'failed', detail: `${configFile} is missing` }
      : { part: 'configuration', status: 'ok', detail: configFile },
    await unitFinding(serviceName, join(root, servicePath), serviceUnit(facts)),
  ];
  if (facts.listenStream !== undefined) {
    const text = socketUnit(facts.listenStream);
    findings.push(await unitFinding(socketName, join(root, socketPath), text));
  }
  for (const path of [...Object.values(installedFolders), ...facts.writableFolders]) {
    findings.push(await folderFinding(join(root, path)));
  }
  if (root !== '') return findings;
  const units = [serviceName, ...(facts.listenStream === undefined ? [] : [socketName])];
  for (const unit of units) findings.push(await activeFinding(unit));
  return findings;
}

async function unitFinding(part: string, path: string, wanted: string): Promise<StatusFinding> {
  const text = await readFile(path, 'utf8').catch(() => undefined);
  if (text === undefined) return { part, status: 'failed', detail: 'not installed' };
  return text === wanted
    ? { part, status: 'ok', detail: 'installed, as the configuration asks for' }
    : { part, status: 'warning', detail: 'differs: "threat-forwarder service install" renews it' };
}

async function folderFinding(path: string): Promise<StatusFinding> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) return { part: path, status: 'failed', detail: 'missing' };
  return (found.mode & 0o077) === 0
    ? { part: path, status: 'ok', detail: 'for the service alone' }
    : { part: path, status: 'warning', detail: 'open to other users of the machine' };
}

async function activeFinding(unit: string): Promise<StatusFinding> {
  const part = `${unit} now`;
  const asked = ['ActiveState', 'SubState', 'StatusText'];
  try {
    const { stdout } = await run('systemctl', ['show', unit, `--property=${asked.join(',')}`], {
      timeout: commandLimitMs,
    });
    const values = new Map(
      stdout.split('\n').map((line) => {
        const at = line.indexOf('=');
        return [line.slice(0, at), line.slice(at + 1)] as const;
      }),
    );
    const detail = asked.flatMap((name) => values.get(name) ?? []).filter((text) => text !== '');
    const isActive = values.get('ActiveState') === 'active';
    return { part, status: isActive ? 'ok' : 'failed', detail: detail.join(', ') };
  } catch {
    return { part, status: 'failed', detail: 'systemd does not answer' };
  }
}
