import { chown, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { startService, type ServiceProcess } from '../../support/service-process.js';
import { DetectionLog } from './detection-log.js';
import { EventTrickle } from './event-trickle.js';

/** In both versions of a feed: must be detected throughout. */
export const partnerHost = 'always.partner.example';
export const otherHost = 'always.other.example';
/** `nobody`: root may read files of mode 000, so that a service of root's would not notice. */
const unprivileged = 65_534;
const usualPauseMs = 25;
const mostWaitMs = 30_000;

/**
 * A service of an ordinary user with two feeds, `feeds/partner.feed` and `feeds/other.txt`, under
 * events that each name a host of the one and a host of the other.
 */
export class FeedService {
  readonly directory: string;
  readonly partner: string;
  readonly service: ServiceProcess;
  readonly log: DetectionLog;
  #trickle: EventTrickle | undefined;
  #versions = 0;

  private constructor(directory: string, service: ServiceProcess) {
    this.directory = directory;
    this.partner = join(directory, 'feeds/partner.feed');
    this.service = service;
    this.log = new DetectionLog(() => service.stdout());
  }

  /** `settings`: as for --set; `everyMs`: the pause between two events. */
  static async start(
    settings: readonly string[] = [],
    everyMs = usualPauseMs,
  ): Promise<FeedService> {
    const directory = await mkdtemp(join(tmpdir(), 'tf-faults-'));
    const uid = process.getuid?.() === 0 ? unprivileged : undefined;
    await mkdir(join(directory, 'feeds'));
    if (uid !== undefined) await chown(directory, uid, uid);
    await writeFile(join(directory, 'feeds/partner.feed'), jsonFeed([partnerHost, 'v0.example']));
    await writeFile(join(directory, 'feeds/other.txt'), `${otherHost}\n`);
    const config = 'feeds:\n  - feeds/partner.feed\n  - feeds/other.txt\n';
    await writeFile(join(directory, 'forwarder.yaml'), config);
    const args = settings.flatMap((setting) => ['--set', setting]);
    const service = await startService(args, { cwd: directory, uid, timeoutMs: mostWaitMs });
    const started = new FeedService(directory, service);
    const hosts = [partnerHost, otherHost];
    started.#trickle = await EventTrickle.start(service.jsaPort, hosts, everyMs);
    return started;
  }

  /** Puts a finished file in place, as downloaders do. */
  async put(name: string, content: string | Uint8Array): Promise<void> {
    const temporary = join(this.directory, `${name}.tmp`);
    await writeFile(temporary, content);
    await rename(temporary, join(this.directory, 'feeds', name));
  }

  /** A new version of the other feed, and waits until it is in use. */
  async updateOther(): Promise<void> {
    this.#versions += 1;
    const before = this.updates('other');
    await this.put('other.txt', `${otherHost}\nother-${this.#versions}.example\n`);
    await this.service.until(() => this.updates('other') > before, 'update of the other feed');
  }

  /** A good version of the feed that has the faults, and waits until it is in use. */
  async mend(): Promise<void> {
    this.#versions += 1;
    const before = this.updates('partner');
    await rm(this.partner, { recursive: true, force: true });
    await this.put('partner.feed', jsonFeed([partnerHost, `v${this.#versions}.example`]));
    await this.service.until(() => this.updates('partner') > before, 'update to the good version');
  }

  updates(feed: string): number {
    return this.log.about(feed, 'KL_ALERT_UpdatedFeed').length;
  }

  failures(feed: string): readonly string[] {
    return this.log
      .about(feed, 'KL_ALERT_FailedToUpdateFeed')
      .map(({ attributes }) => attributes['error'] ?? '');
  }

  /** Events sent and detections of each host so far, once all have come that must. */
  async settled(): Promise<{ sent: number; partner: number; other: number }> {
    const { log, service } = this;
    const sent = this.#trickle?.sent ?? 0;
    const counts = (): readonly number[] => [log.count(partnerHost), log.count(otherHost)];
    await service.until(() => counts().every((count) => count >= sent), `${sent} detections`);
    return { sent, partner: log.count(partnerHost), other: log.count(otherHost) };
  }

  /** Ends the events, and gives their number. */
  async stopEvents(): Promise<number> {
    await this.#trickle?.stop();
    return this.#trickle?.sent ?? 0;
  }

  async readiness(): Promise<number> {
    const response = await fetch(`http://127.0.0.1:${this.service.httpPort}/readyz`);
    await response.arrayBuffer();
    return response.status;
  }

  async stop(): Promise<number | null> {
    await this.#trickle?.stop();
    const exitCode = await this.service.stop();
    await rm(this.directory, { recursive: true });
    return exitCode;
  }
}

/** A feed of Kaspersky's shape. */
export function jsonFeed(hosts: readonly string[]): string {
  return JSON.stringify(hosts.map((mask, id) => ({ id, mask, popularity: 3 })));
}
