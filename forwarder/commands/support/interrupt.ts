import { constants } from 'node:os';

/** Watches for SIGINT and SIGTERM while a command runs. */
export interface Interrupt {
  /** Aborted by the first of them. */
  readonly signal: AbortSignal;
  /** The exit code that a shell would report for it: 130, 143; undefined before. */
  readonly exitCode: number | undefined;
  /** Stops watching. */
  close(): void;
}

const names = ['SIGINT', 'SIGTERM'] as const;

/** The first signal asks for an orderly end; a second one ends the process at once. */
export function watchInterrupt(): Interrupt {
  const controller = new AbortController();
  let exitCode: number | undefined;
  const onSignal = (name: NodeJS.Signals): void => {
    const code = 128 + constants.signals[name];
    if (exitCode !== undefined) process.exit(code);
    exitCode = code;
    controller.abort();
  };
  for (const name of names) process.on(name, onSignal);
  return {
    signal: controller.signal,
    get exitCode() {
      return exitCode;
    },
    close() {
      for (const name of names) process.off(name, onSignal);
    },
  };
}
