import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';

import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';

import {
  applyCommand,
  planCommand,
  removeCommand,
} from '../../forwarder/commands/support/dsm/setup-commands.js';
import { setupProgress } from '../../forwarder/commands/support/dsm/setup-progress.js';
import { countSteps, setupText } from '../../forwarder/commands/support/dsm/setup-text.js';
import type { SetupReport, SetupStep } from '../../dsm/console/setup/index.js';
import { eventCatalogue } from '../../dsm/index.js';
import { customProperties } from '../../dsm/properties/custom-properties.js';
import { startTestConsole } from '../console/start-test-console.js';
import type { TestConsole } from '../console/test-console.js';
import { tlsObstacle } from '../support/certificates.js';
import { runCli } from '../support/service-process.js';

const withConsole = tlsObstacle === undefined ? describe : describe.skip;

let folder: string;
let console: TestConsole;

/** Writes the configuration: no feeds, and the console. */
async function configure(more: string): Promise<void> {
  const where = `url: "${console.url}", tls: { ca: "${console.caFile}" }`;
  const text = `feeds: []\nconsole: { ${where} }\n${more}`;
  await writeFile(join(folder, 'forwarder.yaml'), text);
}

interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

type Command = typeof planCommand;

/** Runs a command as if in a process of its own; `answer` is typed at its terminal. */
async function run(
  command: Command,
  options: Readonly<Record<string, unknown>> = {},
  answer?: string,
): Promise<Ran> {
  const input = new PassThrough();
  const errorOutput = new PassThrough();
  let stderr = '';
  errorOutput.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
    if (answer !== undefined && stderr.includes('console?'))
      setImmediate(() => input.write(answer));
  });
  let stdout = '';
  const spy = jest.spyOn(process.stdout, 'write').mockImplementation((text) => {
    stdout += String(text);
    return true;
  });
  try {
    const code = await command(
      { set: [], config: join(folder, 'forwarder.yaml'), ...options },
      {
        env: { JSA_CONSOLE_TOKEN: console.token },
        cwd: folder,
        input,
        errorOutput,
        isTerminal: answer !== undefined,
        stopSignal: () => new AbortController().signal,
      },
    );
    return { code, stdout: withoutEscapes(stdout), stderr };
  } finally {
    spy.mockRestore();
  }
}

function withoutEscapes(text: string): string {
  return text.replace(/\u001b\[[0-9;]*m/g, '');
}

withConsole('the commands', () => {
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tf-dsm-setup-'));
    console = await startTestConsole({ deployMs: 0 });
    await configure('');
  });
  afterEach(async () => {
    await console.close();
    await rm(folder, { recursive: true });
  });

  const [events, properties] = [eventCatalogue.length, customProperties.length];

  describe('dsm plan', () => {
    test('says what is missing, the first of many', async () => {
      const { code, stdout, stderr } = await run(planCommand);
      expect([code, stderr]).toEqual([0, '']);
      const lines = stdout.split('\n');
      expect(lines[0]).toBe(`Console ${console.url}, 7.5.0 UpdatePackage 12, API 20.0`);
      expect(lines[2]).toMatch(/^action +what +name +detail$/);
      expect(lines[3]).toMatch(
        /^create +log source +KL_Threat_Feed_Service_V2 +type Universal LEEF, coalescing off, on /,
      );
      expect(stdout).toContain(`… ${events - 3} more (--all shows them)`);
      expect(stdout).toContain(
        `\n${2 + 3 * events + 2 * properties} to create, 1 to change, 2 as wanted\n`,
      );
      expect(console.changes).toBe(0);
    });

    test('--all shows every step', async () => {
      const { stdout } = await run(planCommand, { all: true });
      expect(stdout).not.toContain('--all');
      for (const { id } of eventCatalogue) expect(stdout).toContain(` ${id} `);
    });

    test('--check ends with 1 until nothing is to do', async () => {
      expect((await run(planCommand, { check: true })).code).toBe(1);
      await run(applyCommand);
      const { code, stdout } = await run(planCommand, { check: true });
      expect(code).toBe(0);
      expect(stdout.split('\n').slice(2)).toEqual([
        `Nothing to do: ${4 + 3 * events + 2 * properties} as wanted.`,
        '',
      ]);
    });

    test('--json gives all of it', async () => {
      const { stdout } = await run(planCommand, { json: true });
      const plan: unknown = JSON.parse(stdout);
      expect(plan).toMatchObject({
        console: { address: console.url, apiVersion: '20.0', release: '7.5.0 UpdatePackage 12' },
        isPlan: true,
        counts: {
          create: 2 + 3 * events + 2 * properties,
          change: 1,
          remove: 0,
          keep: 0,
          same: 2,
          left: 0,
        },
        left: [],
        notes: [],
      });
      expect((plan as { readonly steps: readonly SetupStep[] }).steps[0]).toEqual({
        resource: 'log source type',
        name: 'Universal LEEF',
        action: 'same',
      });
      expect(stdout).not.toContain(console.token);
    });

    test('options win over the configuration; another spelling of the identifier is told', async () => {
      await configure('identifier: KL_Threat_Feed_Service_v2\n');
      const named = { logSourceType: 'Linux OS' };
      const { stdout } = await run(planCommand, named);
      expect(stdout).toMatch(/^create +log source +KL_Threat_Feed_Service_v2 +type Linux OS/m);
      expect(stdout).toContain(
        '- "identifier" of the configuration is KL_Threat_Feed_Service_v2, the usual spelling is KL_Threat_Feed_Service_V2.',
      );
      await expect(run(planCommand, { eventCollector: 'ec9' })).rejects.toMatchObject({
        code: 'TF_CONSOLE',
        message: 'there is no event collector "ec9"',
      });
    });
  });

  describe('dsm apply', () => {
    test('does it without a terminal, and says what comes next', async () => {
      const { code, stdout, stderr } = await run(applyCommand);
      expect([code, stderr]).toEqual([0, '']);
      expect(stdout).toContain(
        `${2 + 3 * events + 2 * properties} created, 1 changed, 2 as wanted`,
      );
      const next =
        /\n\nNext,.* forwarding destination and the routing rule,.*: threat-forwarder dsm verify\.\n$/s;
      expect(stdout).toMatch(next);
      const before = console.changes;
      const again = await run(applyCommand);
      expect(again.stdout).toMatch(/\nNothing to do: .*\n\nNext/);
      expect(again.stdout).toMatch(next);
      expect((await run(applyCommand, {}, 'y')).stdout).toMatch(next);
      expect(console.changes).toBe(before);
    });

    test('asks on a terminal, and a no changes nothing', async () => {
      const { code, stdout, stderr } = await run(applyCommand, {}, 'n');
      expect(code).toBe(1);
      expect(stderr).toContain('nothing was changed');
      expect(stdout).toContain('to create');
      expect(console.changes).toBe(0);
      const yes = await run(applyCommand, {}, 'y');
      expect(yes.code).toBe(0);
      expect(yes.stdout).toContain('created');
      expect(console.changes).toBeGreaterThan(events);
    });

    test('does not ask where standard input was used up by the token', async () => {
      for (const command of [applyCommand, removeCommand]) {
        await expect(run(command, { tokenFile: '-' }, 'y')).rejects.toMatchObject({
          code: 'TF_USAGE',
          message: 'standard input gives the token, so nobody can be asked',
        });
      }
      expect(console.requests).toEqual([]);
    });

    test('--no-deploy leaves the deployment to somebody', async () => {
      const { code, stdout } = await run(applyCommand, { deploy: false });
      expect(code).toBe(0);
      expect(stdout).toContain('- The log sources take effect when the changes are deployed');
      expect(console.requests.some(({ path }) => path.includes('deploy_status'))).toBe(false);
    });

    test('an error ends it: what is left, what to do, and the exit code', async () => {
      const what = { kind: 'answer', status: 422, code: 1005, message: 'bad name' } as const;
      console.fail({ method: 'POST', path: /regex_properties/, what });
      const { code, stdout, stderr } = await run(applyCommand);
      expect(code).toBe(1);
      expect(stdout).toMatch(/\n\d+ created, 2 as wanted, \d+ not done\n/);
      expect(stdout).toMatch(/\nNot done:\naction +what +name +detail\ncreate +custom property /);
      expect(stdout).not.toContain('Next');
      expect(stderr).toContain('bad name');
      expect(stderr).toContain('(TF_CONSOLE)');
      expect(stderr).toContain('run the same command again');
      console.fail({ method: 'POST', path: /regex_properties/, what });
      const json = await run(applyCommand, { json: true });
      expect(json.code).toBe(1);
      expect(JSON.parse(json.stdout)).toMatchObject({
        isPlan: false,
        stoppedBy: { code: 'TF_CONSOLE', message: expect.stringContaining('bad name') as unknown },
      });
      expect((await run(applyCommand)).code).toBe(0);
    });
  });

  describe('dsm remove', () => {
    test('says that a removal is not deployed when it ends before that', async () => {
      await run(applyCommand);
      const what = { kind: 'answer', status: 422, code: 1005, message: 'not now' } as const;
      console.fail({ method: 'POST', path: /deploy_status/, what });
      const { code, stderr } = await run(removeCommand, { yes: true });
      expect(code).toBe(1);
      expect(stderr).toContain('the log sources are removed, and that is not deployed');
    });

    test('asks, or takes --yes; --dry-run only shows', async () => {
      await run(applyCommand);
      const before = console.changes;
      await expect(run(removeCommand)).rejects.toMatchObject({ code: 'TF_USAGE' });
      // JSON is for programs, which are not asked.
      await expect(run(removeCommand, { json: true }, 'y')).rejects.toMatchObject({
        code: 'TF_USAGE',
      });
      const dry = await run(removeCommand, { dryRun: true });
      expect([dry.code, dry.stderr]).toEqual([0, '']);
      expect(dry.stdout).toContain(`1 to change, ${2 + 2 * properties} to remove`);
      expect((await run(removeCommand, {}, 'n')).code).toBe(1);
      expect(console.changes).toBe(before);
      const { code, stdout } = await run(removeCommand, { yes: true });
      expect(code).toBe(0);
      expect(stdout).toContain(`1 changed, ${2 + 2 * properties} removed`);
      expect(stdout).toContain('- Event names (QID) and event mappings stay');
      expect(console.snapshot()).toMatchObject({ logSources: [], properties: [], expressions: [] });
      expect((await run(removeCommand, { yes: true })).stdout).toContain('Nothing to do.');
    });
  });

  describe('the program', () => {
    test('plans, applies and removes', async () => {
      const command = (name: string, ...more: readonly string[]) =>
        runCli(['dsm', name, ...more], { cwd: folder, env: { JSA_CONSOLE_TOKEN: console.token } });
      const applied = await command('apply', '--yes');
      expect(applied).toMatchObject({ exitCode: 0, stderr: '' });
      expect(await command('plan', '--check')).toMatchObject({ exitCode: 0, stderr: '' });
      const removed = await command('remove', '--yes', '--json', '--no-deploy');
      expect(removed).toMatchObject({ exitCode: 0, stderr: '' });
      expect(JSON.parse(removed.stdout)).toMatchObject({ counts: { remove: 2 + 2 * properties } });
    }, 60_000);
  });
});

describe('texts', () => {
  const facts = {
    address: 'https://192.0.2.5',
    apiVersion: '20.0',
    release: undefined,
    clockOffsetMs: undefined,
    certificate: undefined,
  };

  test('a report: what others hold, what is left, what to know; nothing that a terminal obeys', () => {
    const report: SetupReport = {
      steps: [
        { resource: 'log source', name: 'A\u001b[31m', action: 'keep', detail: 'type X, not Y' },
        { resource: 'event name (QID)', name: 'KL_X', action: 'same' },
        { resource: 'event name (QID)', name: 'KL_Y', action: 'change', detail: 'severity 1 → 2' },
      ],
      left: [
        { resource: 'event mapping', name: 'KL_Z / Detect', action: 'create' },
        { resource: 'event mapping', name: 'KL_X / Detect', action: 'same' },
      ],
      notes: ['See to it.'],
    };
    expect(withoutEscapes(setupText(report, facts, { isPlan: false, showsAll: false }))).toBe(
      `Console https://192.0.2.5, API 20.0

action  what              name         detail
keep    log source        A\\u001b[31m  type X, not Y
change  event name (QID)  KL_Y         severity 1 → 2

1 changed, 1 left to others, 1 as wanted, 1 not done

Not done:
action  what           name           detail
create  event mapping  KL_Z / Detect

- See to it.
`,
    );
    expect(countSteps(report.steps)).toEqual({ create: 0, change: 1, remove: 0, keep: 1, same: 1 });
  });

  test('progress is one line of a terminal, and nothing elsewhere', () => {
    const step: SetupStep = { resource: 'event mapping', name: 'KL_A / Detect', action: 'create' };
    const written: string[] = [];
    const stream = Object.assign(new PassThrough(), { isTTY: true, columns: 20 });
    stream.on('data', (chunk: Buffer) => written.push(chunk.toString()));
    const progress = setupProgress(stream);
    progress.onStep(step, 7, 120);
    progress.clear();
    progress.clear();
    stream.read();
    expect(written.join('')).toBe('\r\u001b[K  7/120  event mapp\r\u001b[K');
    const silent = new PassThrough();
    setupProgress(silent).onStep(step, 1, 2);
    expect(silent.read()).toBeNull();
  });
});
