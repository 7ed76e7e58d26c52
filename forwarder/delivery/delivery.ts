import { performance } from 'node:perf_hooks';

import { syslogHeaderBytes } from '../../dsm/syslog/header.js';
import { messageOf, ServiceError } from '../core/index.js';
import type { Counter, Message } from '../core/index.js';
import { Alarms } from './alarms.js';
import { defaultTiming } from './backoff.js';
import { checkCollector } from './collector-options.js';
import type { Collector } from './collector-options.js';
import type { CollectorDelivery, DeliveryOptions, DeliveryStatus } from './delivery-options.js';
import { DropLog } from './drop-log.js';
import { Failover } from './failover.js';
import { Lane } from './lane.js';
import { LaneGroup } from './lane-group.js';
import { LaneSender } from './lane-sender.js';
import { Outbox } from './outbox.js';
import { automaticMargin } from './replay-margin.js';
import { createTransport } from './transports/index.js';

const defaultConfirmSeconds = 300;

/** The spool gets at least so long to be written and closed, whatever the deadline. */
const spoolCloseMs = 1000;

/**
 * The end of the pipeline: messages wait in an outbox, in memory and, with a spool, on disk, and go, in
 * order, to the first group of collectors that can be reached. Connects at once, before the first
 * message. send() only stores, so no collector can slow it. A message is done when its collector has
 * surely read it; where a transport cannot tell, when the operating system has taken it.
 *
 * Every message is accounted for, exactly when nothing is under way:
 * `tf_delivery_messages_total + tf_delivery_restored_total = tf_delivery_acknowledged_total
 *  + tf_delivery_dropped_total{reason} + waiting + unconfirmed`.
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
  readonly #outbox: Outbox;
  readonly #senders: readonly LaneSender[];
  readonly #failover: Failover;
  readonly #dropLog: DropLog;
  readonly #alarms: Alarms;
  readonly #messages: Counter;
  readonly #running: Promise<unknown>;
  #isClosing = false;
  #isEnding = false;
  #closed: Promise<void> | undefined;
  #onFinished: (() => void) | undefined;

  constructor(options: DeliveryOptions) {
    this.#options = options;
    const timing = { ...defaultTiming, ...options.timing };
    const { counters, logger, clock, onAlarm } = options;
    const collectors = options.collectors.map((collector, index) =>
      checkCollector(collector, `delivery.collectors[${index}]`),
    );
    this.#dropLog = new DropLog({ counters, logger, clock, everyMs: timing.warnEveryMs });
    this.#alarms = new Alarms({ everyMs: timing.warnEveryMs, onAlarm });
    this.#messages = counters.counter('tf_delivery_messages_total');
    this.#outbox = this.#openOutbox(options);
    counters.counter('tf_delivery_restored_total').value += this.#outbox.restored;
    const groups: LaneGroup[] = [];
    this.#senders = (collectors.length === 0 ? [undefined] : collectors).map((collector) =>
      this.#senderFor(collector, groupFor(collector, groups, this.#outbox), timing),
    );
    this.#failover = new Failover({ groups, monotonic, logger, stableMs: timing.stableMs });
    this.#running = Promise.all(this.#senders.map((sender) => sender.run()));
    this.#failover.review();
  }

  get waiting(): number {
    return this.#outbox.waiting;
  }

  get unconfirmed(): number {
    return this.#outbox.unconfirmed;
  }

  send(message: Message): void {
    this.#messages.value++;
    if (this.#isClosing) {
      this.#drop('shutdown', 1);
      return;
    }
    this.#outbox.send(message);
    this.#failover.inUse?.turns.notify();
  }

  status(): DeliveryStatus {
    const inUse = this.#failover.inUse?.senders.find(({ lane }) => lane.isOpen);
    const { waiting, waitingOnDisk, waitingBytes, unconfirmed, restored } = this.#outbox;
    const spool = this.#options.spool?.spool;
    return {
      isConnected: inUse !== undefined,
      collector: inUse?.lane.transport.url,
      ...{ waiting, waitingOnDisk, waitingBytes, unconfirmed, restored },
      spool: spool && {
        bytes: spool.bytes,
        segments: spool.segments,
        unwrittenBytes: spool.unwrittenBytes,
        isHealthy: spool.isHealthy,
      },
      collectors: this.#senders.map(({ lane, unconfirmed: own }, index) =>
        lane.status(this.#options.collectors[index]?.group, own),
      ),
    };
  }

  close(deadlineMs: number): Promise<void> {
    this.#closed ??= this.#close(deadlineMs);
    return this.#closed;
  }

  async #close(deadlineMs: number): Promise<void> {
    const closeByMs = monotonic() + Math.max(0, deadlineMs);
    this.#isClosing = true;
    await new Promise<void>((resolve) => {
      const deadline = setTimeout(resolve, Math.max(0, deadlineMs));
      this.#onFinished = () => {
        if (!this.#isDone && !this.#isKeptOnDisk) return;
        clearTimeout(deadline);
        resolve();
      };
      for (const sender of this.#senders) sender.close(closeByMs);
      this.#onFinished();
    });
    this.#isEnding = true;
    this.#failover.stop();
    for (const sender of this.#senders) sender.stop();
    await this.#running;
    for (const sender of this.#senders) {
      sender.confirmProven();
      if (this.#options.spool !== undefined) sender.giveBack();
    }
    await this.#outbox.close(Math.max(spoolCloseMs, closeByMs - monotonic()));
    this.#alarms.close();
    this.#dropLog.flush();
  }

  get #isDone(): boolean {
    return this.#outbox.waiting === 0 && this.#senders.every((sender) => sender.isFinished);
  }

  /** No collector can be reached, and the next run will send what waits. */
  get #isKeptOnDisk(): boolean {
    const isHealthy = this.#options.spool?.spool.isHealthy === true;
    return isHealthy && this.#senders.every((sender) => !sender.isUp && !sender.isTrying);
  }

  #openOutbox({ maxQueueMessages, maxQueueBytes, spool, logger }: DeliveryOptions): Outbox {
    const outbox = new Outbox({
      maxMessages: maxQueueMessages,
      maxBytes: maxQueueBytes,
      spool: spool?.spool,
      onDropped: (reason, messages) => {
        this.#drop(reason, messages);
      },
      onReady: () => {
        if (this.#isClosing) for (const sender of this.#senders) sender.wake();
        this.#failover.inUse?.turns.notify();
      },
      onFault: (error) => {
        logger.warn('spool.unreadable', `The spool cannot be read: ${messageOf(error)}`);
      },
    });
    if (spool !== undefined) {
      spool.events.listener = {
        onEvicted: (belowSeq) => {
          outbox.evicted(belowSeq);
        },
        onWritten: () => {
          outbox.catchUp();
        },
        onHealth: (isHealthy, error) => {
          this.#alarms.spoolHealth(isHealthy, error);
          outbox.catchUp();
        },
      };
    }
    return outbox;
  }

  #senderFor(
    collector: Collector | undefined,
    group: LaneGroup,
    timing: typeof defaultTiming,
  ): LaneSender {
    const { counters, logger, clock, way, random = Math.random, replay = {} } = this.#options;
    const { marginBytes = automaticMargin(collector), confirmSeconds = defaultConfirmSeconds } =
      replay;
    const isLastChance = (): boolean => this.#isEnding && this.#options.spool === undefined;
    const transport = createTransport(collector, {
      ...this.#options,
      ...timing,
      assurance: {
        stallMs: replay.stallSeconds === undefined ? undefined : replay.stallSeconds * 1000,
        // What nobody will send again may still arrive by what the operating system holds.
        get leavesQueue() {
          return isLastChance();
        },
      },
    });
    const sender: LaneSender = new LaneSender({
      lane: new Lane(
        transport,
        { counters, logger, clock, monotonic, random, timing, way },
        collector,
      ),
      ...{ turns: group.turns, outbox: this.#outbox, timing, marginBytes, monotonic, logger },
      confirmMs: confirmSeconds * 1000,
      headerBytes: syslogHeaderBytes({ ...this.#options, host: this.#options.identifier }),
      onChange: () => {
        this.#failover.review();
        this.#onFinished?.();
      },
      isRelieved: () =>
        this.#senders.some(
          (other) => other !== sender && other.role === 'use' && other.lane.isOpen,
        ),
    });
    group.senders.push(sender);
    return sender;
  }

  #drop(reason: Parameters<DropLog['count']>[0], messages: number): void {
    this.#dropLog.count(reason, messages);
    this.#alarms.dropped(reason, messages);
  }
}

/** The group of a collector, made when it is the first of its name. One without a name is alone. */
function groupFor(
  collector: Collector | undefined,
  groups: LaneGroup[],
  outbox: Outbox,
): LaneGroup {
  const name = collector?.group;
  const known = name === undefined ? undefined : groups.find((group) => group.name === name);
  if (known !== undefined) return known;
  const group = new LaneGroup(name, outbox);
  groups.push(group);
  return group;
}

function monotonic(): number {
  return performance.now();
}

function checkRange(name: 'facility' | 'severity', value: number, highest: number): void {
  if (Number.isInteger(value) && value >= 1 && value <= highest) return;
  throw new ServiceError('TF_CONFIG', `the syslog ${name} is ${value}`, {
    where: `delivery.${name}`,
    hint: `use a whole number from 1 to ${highest}`,
  });
}
