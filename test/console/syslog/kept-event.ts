import type { StoredEvent } from '../test-console.js';

/** A stored event with what searches, coalescing and forwarding need besides. */
export interface KeptEvent extends StoredEvent {
  /** Of the LEEF header; empty when not parsed. */
  readonly eventId: string;
  readonly qid: number;
  readonly categoryId: number;
  readonly logSourceId: number;
  readonly typeId: number;
  readonly credibility: number;
  readonly sourceIp: string;
  readonly destinationIp: string;
  /** Events it stands for: above 1 when coalesced. */
  eventCount: number;
}
