import type { Command } from 'commander';

/** What a command's module exports. The action sets the exit code by its return value. */
export interface CommandModule {
  readonly defineCommand: DefineCommand;
}

/** Adds options, examples and the action to a command; `run` takes what the action does. */
export type DefineCommand = (command: Command, run: RunAction) => void;

/** Wraps an action that resolves to the exit code. */
export type RunAction = (
  action: (options: Record<string, unknown>, args: readonly string[]) => Promise<number>,
) => (...values: unknown[]) => Promise<void>;

export interface CommandEntry {
  readonly name: string;
  readonly summary: string;
  readonly load: () => Promise<CommandModule>;
}

/** Every command: adding one is one file and one line. */
export const commandList: readonly CommandEntry[] = [
  {
    name: 'run',
    summary: 'run the service (npm start does this)',
    load: () => import('./run.js'),
  },
  {
    name: 'check',
    summary: 'check configuration, templates, feeds, patterns and collectors without running',
    load: () => import('./check.js'),
  },
  {
    name: 'explain',
    summary: 'show step by step what one event leads to, and why',
    load: () => import('./explain.js'),
  },
  {
    name: 'verify',
    summary: 'the verification test: do test events come back as the right detections?',
    load: () => import('./verify.js'),
  },
  {
    name: 'send',
    summary: 'send events from files to the service, as JSA would',
    load: () => import('./send.js'),
  },
];
