import type { Command } from 'commander';

/** Adds options, examples and the action to a command; `run` takes what the action does. */
export type DefineCommand = (command: Command, run: RunAction) => void;

/** Wraps an action that resolves to the exit code. */
export type RunAction = (
  action: (options: Record<string, unknown>, args: readonly string[]) => Promise<number>,
) => (...values: unknown[]) => Promise<void>;

export interface CommandEntry {
  readonly name: string;
  readonly summary: string;
  /** Imports the command's module: only the one that runs is loaded. */
  readonly load: () => Promise<{ readonly defineCommand: DefineCommand }>;
}
