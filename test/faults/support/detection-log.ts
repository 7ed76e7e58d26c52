import { readLeef, type ReadEvent } from '../../support/leef.js';

/** What a service wrote to its standard output, read as it grows. */
export class DetectionLog {
  /** Status events, in their order. */
  readonly statuses: ReadEvent[] = [];
  readonly #text: () => string;
  readonly #counts = new Map<string, number>();
  #at = 0;

  constructor(text: () => string) {
    this.#text = text;
  }

  /** How many detections there are of URLs with a host so far. */
  count(host: string): number {
    this.#read();
    return this.#counts.get(host) ?? 0;
  }

  /** Status events of one kind about one feed so far. */
  about(feed: string, eventId: string): readonly ReadEvent[] {
    this.#read();
    return this.statuses.filter(
      ({ eventId: id, attributes }) => id === eventId && attributes['feed'] === feed,
    );
  }

  #read(): void {
    const text = this.#text();
    const end = text.lastIndexOf('\n') + 1;
    if (end <= this.#at) return;
    for (const line of text.slice(this.#at, end - 1).split('\n')) this.#take(readLeef(line));
    this.#at = end;
  }

  #take(event: ReadEvent): void {
    if (event.eventId.startsWith('KL_ALERT_')) {
      this.statuses.push(event);
      return;
    }
    const { hostname } = new URL(event.attributes['url'] ?? '');
    this.#counts.set(hostname, (this.#counts.get(hostname) ?? 0) + 1);
  }
}
