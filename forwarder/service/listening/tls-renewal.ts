import { stat } from 'node:fs/promises';

import { messageOf } from '../../core/index.js';
import type { Logger } from '../../core/index.js';
import type { Config } from '../../config/index.js';
import type { IntakeListener } from '../../intake/index.js';
import { readTlsFiles } from './tls-files.js';

/** A certificate is put in place by hand or by a renewal once in weeks. */
const lookEveryMs = 10_000;

export interface TlsRenewalOptions {
  readonly config: Config;
  readonly listener: Pick<IntakeListener, 'useTls'>;
  readonly logger: Logger;
  /** How often to look at the files; 10 s by default. */
  readonly everyMs?: number;
}

/**
 * Keeps the listener's certificate as its files are: looks at them now and then, and on a reload, and
 * takes what is new into use. New handshakes see it; connections that are open live on. Files that do
 * not belong together, as they are between the writing of the one and of the other, are left until they
 * do: what is in use stays.
 */
export class TlsRenewal {
  readonly #options: TlsRenewalOptions;
  readonly #timer: NodeJS.Timeout | undefined;
  readonly #files: readonly string[];
  /** The files as they were when they were last read well; undefined before the first look. */
  #inUse: string | undefined;
  /** The files as they were when they could not be used; told once. */
  #refused: string | undefined;
  #looking: Promise<void> | undefined;

  private constructor(options: TlsRenewalOptions, files: readonly string[]) {
    this.#options = options;
    this.#files = files;
    if (files.length === 0) return;
    this.#timer = setInterval(() => void this.look(), options.everyMs ?? lookEveryMs);
    this.#timer.unref();
  }

  /** Begins to watch the files of a listener that was opened with them. Nothing to do without TLS. */
  static async start(options: TlsRenewalOptions): Promise<TlsRenewal> {
    const { jsa } = options.config.intake;
    const tls = jsa === false ? undefined : jsa.tls;
    const files =
      tls === undefined
        ? []
        : [tls.cert, tls.key, ...(tls.clientCa === undefined ? [] : [tls.clientCa])];
    const renewal = new TlsRenewal(options, files);
    renewal.#inUse = await shapeOf(files);
    return renewal;
  }

  /** Takes the files into use if they have changed. Never throws: what is wrong is in the log. */
  look(): Promise<void> {
    this.#looking ??= this.#look().finally(() => {
      this.#looking = undefined;
    });
    return this.#looking;
  }

  close(): void {
    clearInterval(this.#timer);
  }

  async #look(): Promise<void> {
    const { config, listener, logger } = this.#options;
    const shape = await shapeOf(this.#files);
    if (shape === this.#inUse || shape === this.#refused) return;
    try {
      const { tls } = await readTlsFiles(config);
      if (tls === undefined) return;
      listener.useTls(tls);
      this.#inUse = shape;
      this.#refused = undefined;
      logger.info('intake.certificate_renewed', 'new connections see the new certificate');
    } catch (error) {
      this.#refused = shape;
      logger.error(
        'intake.certificate_refused',
        `the certificate on disk cannot be used, the one before stays in use: ${messageOf(error)}`,
        { where: 'intake.jsa.tls' },
      );
    }
  }
}

/** Changes when a file does: another file in its place, another time, another size. */
async function shapeOf(files: readonly string[]): Promise<string> {
  const shapes = files.map(async (file) => {
    try {
      const { ino, size, mtimeNs, ctimeNs } = await stat(file, { bigint: true });
      return `${ino} ${size} ${mtimeNs} ${ctimeNs}`;
    } catch {
      return 'absent';
    }
  });
  return (await Promise.all(shapes)).join('\n');
}
