import { readFileSync } from 'node:fs';

import { describe } from '@jest/globals';

import { customProperties } from '../../../../dsm/properties/custom-properties.js';
import { identifiers } from '../../../../dsm/identity.js';
import { eventCatalogue } from '../../../../dsm/index.js';
import { openConsole } from '../../../../dsm/console/index.js';
import type { ConsoleClient, ConsoleOptions } from '../../../../dsm/console/index.js';
import { applySetup } from '../../../../dsm/console/setup/index.js';
import type {
  DesiredSetup,
  OnStep,
  SetupOptions,
  SetupReport,
  SetupStep,
} from '../../../../dsm/console/setup/index.js';
import { startTestConsole } from '../../../console/start-test-console.js';
import type { TestConsole, TestConsoleOptions } from '../../../console/test-console.js';
import { tlsObstacle } from '../../../support/certificates.js';

/** Describes what needs a console: skipped where no certificate can be made for it. */
export const withConsole = tlsObstacle === undefined ? describe : describe.skip;

/** What the service wants, whole. */
export const fullSetup: DesiredSetup = {
  identifier: identifiers.detections,
  verificationIdentifier: identifiers.verification,
  logSourceType: undefined,
  eventCollector: undefined,
  collectorHost: undefined,
  events: eventCatalogue,
  properties: customProperties,
};

/** The same with two events and two properties: enough where every request counts. */
export const smallSetup: DesiredSetup = {
  ...fullSetup,
  events: eventCatalogue.filter(({ id }) =>
    ['KL_Malicious_URL', 'KL_ALERT_ServiceStarted'].includes(id),
  ),
  properties: customProperties.filter(({ name }) => ['URL', 'Confidence'].includes(name)),
};

/** Does not wait. */
export const noPause = (): Promise<void> => Promise.resolve();

const open: { close(): Promise<void> }[] = [];

/** A console for one test; closeAll() ends it. */
export async function startConsole(options: TestConsoleOptions = {}): Promise<TestConsole> {
  const console = await startTestConsole({ deployMs: 0, ...options });
  open.push(console);
  return console;
}

export async function connect(
  { url, token, caFile }: TestConsole,
  options: Partial<ConsoleOptions> = {},
): Promise<ConsoleClient> {
  const client = await openConsole({
    ...{ url, token, ca: readFileSync(caFile, 'utf8') },
    ...{ timeoutMs: 30_000, attempts: 3, firstPauseMs: 1 },
    ...options,
  });
  open.push(client);
  return client;
}

/** Applies without waiting between looks. */
export function apply(
  client: ConsoleClient,
  desired: DesiredSetup,
  options: SetupOptions = {},
  onStep?: OnStep,
): Promise<SetupReport> {
  return applySetup(client, desired, onStep, { pause: noPause, ...options });
}

/** Ends the clients and consoles of a test. */
export async function closeAll(): Promise<void> {
  for (const one of open.splice(0).reverse()) await one.close();
}

/** `create log source KL_…: detail`, of the steps that are not `same`. */
export function told({ steps }: Pick<SetupReport, 'steps'>): readonly string[] {
  return steps.filter(({ action }) => action !== 'same').map(lineOf);
}

export function lineOf({ action, resource, name, detail }: SetupStep): string {
  return `${action} ${resource} ${name}${detail === undefined ? '' : `: ${detail}`}`;
}

/** Requests after a mark that alter the console, successful or not. */
export function changing({ requests }: TestConsole, from = 0): readonly string[] {
  return requests
    .slice(from)
    .filter(({ method }) => method !== 'GET')
    .map(({ method, path, status }) => `${method} ${path} ${status}`);
}
