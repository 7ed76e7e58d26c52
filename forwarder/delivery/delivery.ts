import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';

import { syslogHeaderBytes } from '../../dsm/syslog/header.js';
import { ServiceError } from '../core/index.js';
import type { Counter, Message } from '../core/index.js';
import { defaultTiming } from './backoff.js';
import { checkCollector } from './collector-options.js';
import type { CollectorDelivery, DeliveryOptions, DeliveryStatus } from './delivery-options.js';
import { DropLog } from './drop-log.js';
import { Failover } from './failover.js';
import { Lane } from './lane.js';
import { MessageQueue, queueBytesOf } from './message-queue.js';
import { createTransport } from './transports/index.js';

/** One write to a transport carries at most so much. */
const batchMessages = 512;
const batchBytes = 256 * 1024;

/** A collector that makes room for a preferred one gets so long to take what was written. */
const switchMs = 2000;

/**
 * The end of the pipeline: messages wait in a bounded queue in memory and go, in order, to the first
 * collector that can be reached. Connects at once, before the first message. send() only queues, so
 * no collector can slow it; when the queue is full the oldest messages are dropped, because the
 * newest detections are the ones that can still be acted upon.
 *
 * Every message is accounted for, exactly when nothing is under way:
 * `tf_delivery_messages_total = tf_delivery_sent_total + tf_delivery_dropped_total{reason} + waiting`.
 *
 * Throws ServiceError TF_CONFIG for options that cannot work; a collector that is away is no error.
 */
export function createDelivery(options: DeliveryOptions): CollectorDelivery {
  checkRange('facility', options.facility, 23);
  checkRange('severity', options.severity, 7);
  return new QueuedDelivery(options);
}

class QueuedDelivery implements CollectorDelivery {
  readonly #options: DeliveryOptions;
  readonly #lanes: readonly Lane[];
  readonly #failover: Failover;
  readonly #queue = new MessageQueue();
  readonly #dropLog: DropLog;
  readonly #messages: Counter;
  readonly #stop = new AbortController();
  readonly #running: Promise<void>;
  readonly #headerBytes: number;
  readonly #gatherMs: number;
  /** Taken out of the queue for the collector in use, not yet sent. */
  #batch: readonly Message[] = [];
  #batchBytes = 0;
  #current: Lane | undefined;
  #isClosing = false;
  #closeByMs = 0;
  #wroteAtMs = 0;
  #closed: Promise<void> | undefined;
  #wake: (() => void) | undefined;

  constructor(options: DeliveryOptions) {
    this.#options = options;
    const timing = { ...defaultTiming, ...options.timing };
    this.#gatherMs = timing.gatherMs;
    const { counters, logger, clock, random = Math.random } = options;
    const monotonic = (): number => performance.now();
    const context = { counters, logger, clock, monotonic, random, timing };
    const settings = { ...options, ...timing };
    const collectors = options.collectors.map((collector, index) =>
      checkCollector(collector, `delivery.collectors[${index}]`),
    );
    this.#lanes = (collectors.length === 0 ? [undefined] : collectors).map(
      (collector) => new Lane(createTransport(collector, settings), context),
    );
    this.#failover = new Failover({
      lanes: this.#lanes,
      monotonic,
      logger,
      stableMs: timing.stableMs,
      onChange: () => this.#wake?.(),
    });
    this.#dropLog = new DropLog({ counters, logger, clock, everyMs: timing.warnEveryMs });
    this.#messages = counters.counter('tf_delivery_messages_total');
    this.#headerBytes = syslogHeaderBytes({ ...options, host: options.identifier });
    this.#running = this.#run();
  }

  get waiting(): number {
    return this.#queue.length + this.#batch.length;
  }

  send(message: Message): void {
    this.#messages.value++;
    if (this.#isClosing) {
      this.#dropLog.count('shutdown', 1);
      return;
    }
    this.#queue.push(message);
    this.#shed();
    this.#wake?.();
  }

  status(): DeliveryStatus {
    const current = this.#current?.isOpen === true ? this.#current : undefined;
    return {
      isConnected: current !== undefined,
      collector: current?.transport.url,
      waiting: this.waiting,
      waitingBytes: this.#queue.bytes + this.#batchBytes,
      collectors: this.#lanes.map((lane) => lane.status),
    };
  }

  close(deadlineMs: number): Promise<void> {
    this.#closed ??= this.#close(deadlineMs);
    return this.#closed;
  }

  async #close(deadlineMs: number): Promise<void> {
    this.#isClosing = true;
    this.#closeByMs = performance.now() + deadlineMs;
    const deadline = setTimeout(
      () => {
        this.#stop.abort();
        void this.#current?.close(0);
        this.#wake?.();
      },
      Math.max(0, deadlineMs),
    );
    if (this.waiting === 0 && this.#current === undefined) this.#stop.abort();
    this.#failover.hurry();
    this.#wake?.();
    await this.#running;
    clearTimeout(deadline);
    this.#stop.abort();
    await this.#failover.stop();
    await Promise.all(this.#lanes.map((lane) => lane.close(0)));
    const left = this.waiting;
    this.#setBatch([]);
    while (this.#queue.shift() !== undefined);
    if (left > 0) this.#dropLog.count('shutdown', left);
    this.#dropLog.flush();
  }

  async #run(): Promise<void> {
    for (;;) {
      const lane = await this.#failover.acquire(this.#stop.signal);
      if (lane === undefined) return;
      this.#current = lane;
      await this.#serve(lane);
      this.#current = undefined;
      if (this.#stop.signal.aborted || (this.#isClosing && this.waiting === 0)) return;
    }
  }

  /** Sends by one collector until it is lost, another is preferred, or everything is done. */
  async #serve(lane: Lane): Promise<void> {
    while (lane.isOpen && !this.#stop.signal.aborted) {
      if (this.#failover.preferred() !== undefined) {
        await lane.close(switchMs);
        return;
      }
      await this.#gather();
      this.#fillBatch(lane);
      if (this.#batch.length > 0) {
        await this.#write(lane);
      } else if (this.#isClosing) {
        await lane.close(Math.max(0, this.#closeByMs - performance.now()));
        return;
      } else {
        await new Promise<void>((resolve) => (this.#wake = resolve));
        this.#wake = undefined;
      }
    }
  }

  /**
   * A write costs as much as many messages. The first message after a pause goes out at once; those
   * that follow it wait a moment for each other.
   */
  async #gather(): Promise<void> {
    if (this.#batch.length > 0 || this.#isClosing || this.#queue.length >= batchMessages) return;
    const waitMs = this.#wroteAtMs + this.#gatherMs - performance.now();
    if (waitMs > 0 && this.#queue.length > 0) await sleep(waitMs);
  }

  async #write(lane: Lane): Promise<void> {
    this.#wroteAtMs = performance.now();
    try {
      const taken = await lane.transport.write(this.#batch);
      lane.sent.value += taken;
      this.#setBatch(this.#batch.slice(taken));
    } catch (error) {
      // Transports report a loss by onLost; one that throws is not trusted with more.
      await lane.abandon(error);
    }
  }

  /** Takes the next messages out of the queue, without those that the transport can never send. */
  #fillBatch({ transport, oversized }: Lane): void {
    const { maxMessageBytes, hardLimitBytes } = transport;
    const isWithin = (message: Message, limit: number): boolean =>
      this.#headerBytes + Buffer.byteLength(message.body) <= limit;
    let batch = this.#batch;
    do {
      if (batch.length === 0) {
        batch = this.#queue.take(batchMessages, batchBytes);
        oversized.value += batch.filter((message) => !isWithin(message, maxMessageBytes)).length;
      }
      const fitting = batch.filter((message) => isWithin(message, hardLimitBytes));
      if (fitting.length < batch.length) {
        this.#dropLog.count('too_long', batch.length - fitting.length);
        batch = fitting;
      }
    } while (batch.length === 0 && this.#queue.length > 0);
    this.#setBatch(batch);
  }

  #setBatch(batch: readonly Message[]): void {
    this.#batch = batch;
    this.#batchBytes = batch.reduce((sum, message) => sum + queueBytesOf(message), 0);
  }

  #shed(): void {
    const { maxQueueMessages, maxQueueBytes } = this.#options;
    let dropped = 0;
    while (
      this.#queue.length > 0 &&
      (this.waiting > maxQueueMessages || this.#queue.bytes + this.#batchBytes > maxQueueBytes)
    ) {
      this.#queue.shift();
      dropped++;
    }
    if (dropped > 0) this.#dropLog.count('queue_full', dropped);
  }
}

function checkRange(name: 'facility' | 'severity', value: number, highest: number): void {
  if (Number.isInteger(value) && value >= 1 && value <= highest) return;
  throw new ServiceError('TF_CONFIG', `the syslog ${name} is ${value}`, {
    where: `delivery.${name}`,
    hint: `use a whole number from 1 to ${highest}`,
  });
}
