import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

import { freePort, isListening, startChild } from './child.js';
import type { RunningProgram } from './program.js';

const templates = fileURLToPath(new URL('../peers/', import.meta.url));

/** Values for the placeholders of a template, by name: `@PORT@` is `values.PORT`. */
export type Placeholders = Readonly<Record<string, string | number>>;

/** Fills a template of bench/peers; throws for a placeholder without a value. */
export function fillTemplate(template: string, values: Placeholders): string {
  return template.replace(/@([A-Z][A-Z0-9_]*)@/g, (_, name: string) => {
    const value = values[name];
    if (value === undefined) throw new Error(`no value for the placeholder @${name}@`);
    return String(value);
  });
}

/** Writes a template of bench/peers, filled, to a path. */
export async function writeTemplate(
  name: string,
  path: string,
  values: Placeholders,
): Promise<void> {
  await writeFile(path, fillTemplate(await readFile(`${templates}${name}`, 'utf8'), values));
}

/** Starts a peer that listens when its lists are loaded. `prepare` writes what it needs. */
export async function startPeer(
  file: string,
  directory: string,
  prepare: (port: number) => Promise<readonly string[]>,
): Promise<RunningProgram> {
  const port = await freePort();
  const args = await prepare(port);
  const startedAtMs = performance.now();
  const child = startChild(file, args, directory);
  try {
    await child.until(() => isListening(port), `listener at port ${port}`);
  } catch (error) {
    await child.stop();
    throw error;
  }
  return {
    pid: child.pid,
    port,
    startSeconds: (performance.now() - startedAtMs) / 1000,
    received: () => Promise.resolve(undefined),
    log: child.log,
    stop: child.stop,
  };
}
