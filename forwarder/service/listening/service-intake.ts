import type { Config } from '../../config/index.js';
import type { IntakeListener } from '../../intake/index.js';
import { cybertraceListeners } from './cybertrace-listeners.js';
import { openCybertraceListeners } from './open-cybertrace.js';
import type { OpenCybertraceOptions } from './open-cybertrace.js';
import { openListener } from './open-listener.js';
import type { OpenListenerOptions } from './open-listener.js';
import { TlsRenewal } from './tls-renewal.js';

type AnyListener = Pick<
  IntakeListener,
  'address' | 'connectionCount' | 'heldBytes' | 'pause' | 'resume' | 'close'
>;

/** A configured listener; `listener` is undefined while it is not open. */
export interface ConfiguredListener {
  readonly name: string;
  readonly listener: AnyListener | undefined;
}

export type ServiceIntakeOptions = OpenListenerOptions & OpenCybertraceOptions;

/** All listeners of the service. */
export class ServiceIntake {
  #open: readonly { readonly name: string; readonly listener: AnyListener }[] = [];
  #certificate: TlsRenewal | undefined;
  #closing: Promise<void> | undefined;

  /**
   * Opens every configured listener, paused. What is open stays so when one fails: close() ends it.
   * Throws ServiceError TF_LISTEN or TF_CONFIG.
   */
  async open(config: Config, options: ServiceIntakeOptions): Promise<void> {
    const jsa = await openListener(config, options);
    if (jsa !== undefined) {
      this.#open = [{ name: 'jsa', listener: jsa }];
      const { logger } = options;
      this.#certificate = await TlsRenewal.start({ config, listener: jsa, logger });
    }
    this.#open = [...this.#open, ...(await openCybertraceListeners(config, options))];
  }

  /** The configured listeners, in their order. */
  listeners(config: Config): readonly ConfiguredListener[] {
    const names = [
      ...(config.intake.jsa === false ? [] : ['jsa']),
      ...cybertraceListeners(config).map(({ name }) => name),
    ];
    return names.map((name) => ({ name, listener: this.#listener(name) }));
  }

  /** Where a listener really listens; undefined while it is not open. */
  addressOf(name: string): AnyListener['address'] | undefined {
    return this.#listener(name)?.address;
  }

  /** Starts to read. */
  resume(): void {
    for (const { listener } of this.#open) listener.resume();
  }

  /** Looks whether there is a new certificate. */
  async lookAtCertificate(): Promise<void> {
    await this.#certificate?.look();
  }

  /** Accepts no more, takes what has arrived, at most for `deadlineMs`, then closes. Safe to repeat. */
  close(deadlineMs: number): Promise<void> {
    this.#certificate?.close();
    this.#closing ??= Promise.all(
      this.#open.map(({ listener }) => listener.close(deadlineMs)),
    ).then(() => undefined);
    return this.#closing;
  }

  #listener(name: string): AnyListener | undefined {
    return this.#open.find((one) => one.name === name)?.listener;
  }
}
