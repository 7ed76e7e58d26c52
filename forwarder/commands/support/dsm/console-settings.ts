import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';

import type { LoadedConfig } from '../../../config/index.js';
import { messageOf, ServiceError } from '../../../core/index.js';

/** Where the console is and how its certificate is checked; the token left aside. */
export interface ConsoleSettings {
  readonly url: string;
  /** PEM text. */
  readonly ca: string | undefined;
  readonly fingerprint: string | undefined;
  readonly apiVersion: string | undefined;
  readonly timeoutMs: number;
}

/**
 * Puts the options of a command and `console` of the configuration together; options win. Throws
 * ServiceError TF_USAGE for what is missing or wrong, TF_CONFIG for a file that cannot be read.
 */
export async function consoleSettings(
  options: Readonly<Record<string, unknown>>,
  { config }: LoadedConfig,
  cwd: string,
): Promise<ConsoleSettings> {
  const { console: configured } = config;
  const given = (name: string): string | undefined => options[name] as string | undefined;
  const url = given('console') ?? configured.url;
  if (url === undefined) {
    throw new ServiceError('TF_USAGE', 'the address of the console is missing', {
      hint: 'give --console https://HOST, or set console.url in forwarder.yaml',
    });
  }
  const [ca, fingerprint] = [given('ca'), given('fingerprint')];
  if (ca !== undefined && fingerprint !== undefined) {
    throw new ServiceError('TF_USAGE', '--ca and --fingerprint exclude each other', {
      hint: 'a fingerprint trusts that one certificate, whoever signed it; give one of the two',
    });
  }
  const isTrustGiven = ca !== undefined || fingerprint !== undefined;
  const tls = isTrustGiven
    ? { fingerprint, ca: ca === undefined ? undefined : resolve(cwd, ca) }
    : configured.tls;
  return {
    url,
    fingerprint: tls.fingerprint,
    // A pinned certificate is trusted alone.
    ca: tls.ca === undefined || tls.fingerprint !== undefined ? undefined : await readCa(tls.ca),
    apiVersion: apiVersionOf(given('apiVersion')) ?? configured.apiVersion,
    timeoutMs: secondsOf(given('timeout'), configured.timeoutSeconds) * 1000,
  };
}

async function readCa(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new ServiceError('TF_CONFIG', `the authorities cannot be read: ${messageOf(error)}`, {
      where: path,
      hint: 'name a PEM file that this user may read: --ca FILE, or console.tls.ca',
      cause: error,
    });
  }
}

function apiVersionOf(text: string | undefined): string | undefined {
  if (text === undefined || /^\d{1,3}\.\d{1,3}$/.test(text)) return text;
  throw new ServiceError('TF_USAGE', '--api-version is no version', {
    hint: 'write it as the console does: --api-version 20.0',
  });
}

function secondsOf(text: string | undefined, usual: number): number {
  if (text === undefined) return usual;
  const seconds = Number(text);
  if (/^\d{1,3}$/.test(text) && seconds >= 1 && seconds <= 600) return seconds;
  throw new ServiceError('TF_USAGE', '--timeout is not from 1 to 600', {
    hint: 'give whole seconds: --timeout 60',
  });
}
