import { constants } from 'node:os';

export interface CaughtSignals {
  /** Aborted by the first SIGTERM or SIGINT. */
  readonly stop: AbortController;
  readonly stopped: Promise<void>;
  /** Names what SIGHUP does; one that came earlier is made up for. */
  onHangup(reload: () => void): void;
}

/**
 * Catches SIGTERM, SIGINT and SIGHUP from now on. A second SIGTERM or SIGINT ends the process at once,
 * with 128 and the number of the signal as its exit code, as a shell would report it: 143, 130.
 */
export function catchSignals(): CaughtSignals {
  const stop = new AbortController();
  let reload: (() => void) | undefined;
  let isReloadDue = false;
  const stopped = new Promise<void>((resolve) => {
    const onSignal = (name: NodeJS.Signals): void => {
      if (stop.signal.aborted) process.exit(128 + constants.signals[name]);
      stop.abort();
      resolve();
    };
    process.on('SIGTERM', onSignal);
    process.on('SIGINT', onSignal);
  });
  process.on('SIGHUP', () => {
    if (reload === undefined) isReloadDue = true;
    else reload();
  });
  return {
    stop,
    stopped,
    onHangup(action) {
      reload = action;
      if (isReloadDue) action();
    },
  };
}
