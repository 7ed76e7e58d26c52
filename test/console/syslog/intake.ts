import { isIP } from 'node:net';

import { storedCategory, typeIds, unknownCategory } from '../catalogue.js';
import { type ConsoleState, identifierOf } from '../console-state.js';
import type { LogSourceRecord } from '../records.js';
import { Coalescing } from './coalescing.js';
import { Discovery } from './discovery.js';
import { identifierIn } from './header.js';
import type { KeptEvent } from './kept-event.js';
import { type LeefContent, readLeefContent } from './leef-reader.js';
import { builtInQids } from './naming.js';

interface Naming {
  readonly eventName: string;
  readonly qid: number;
  readonly categoryId: number;
  readonly severity: number;
}

export interface IntakeOptions {
  readonly state: ConsoleState;
  /** Told of each event that is kept. */
  readonly onEvent: (event: KeptEvent) => void;
  /** Before each event: ends a deployment whose time has come. */
  readonly settle: () => void;
}

/**
 * What the console makes of a syslog message: finds its log source, parses, names, keeps it. A test double
 * by what pages describe; a real console may do otherwise.
 */
export class SyslogIntake {
  readonly events: KeptEvent[] = [];
  private readonly options: IntakeOptions;
  private readonly discovery: Discovery;
  private readonly coalescing = new Coalescing();

  constructor(options: IntakeOptions) {
    this.options = options;
    this.discovery = new Discovery(options.state);
  }

  receive(payload: string, sender: string): void {
    const { state, onEvent, settle } = this.options;
    settle();
    const identifier = identifierIn(payload, sender);
    const content = readLeefContent(payload);
    const source = this.sourceOf(identifier);
    if (source === undefined) this.discovery.observe(identifier, content);
    const event = this.eventOf(payload, sender, identifier, source, content);
    if (source !== undefined) {
      const status = { last_updated: event.receivedAtMs, status: 'SUCCESS', messages: [] };
      state.note(source.id, { last_event_time: event.receivedAtMs, status });
      if (source.coalesce_events && this.coalescing.merge(event)) return;
    }
    this.events.push(event);
    onEvent(event);
  }

  /** Identifiers are compared letter for letter; of several log sources the parsing order decides. */
  private sourceOf(identifier: string): LogSourceRecord | undefined {
    return this.options.state.active
      .filter((one) => one.enabled && !one.internal && identifierOf(one) === identifier)
      .toSorted((left, right) => (left.parsing_order ?? 0) - (right.parsing_order ?? 0))[0];
  }

  private eventOf(
    payload: string,
    sender: string,
    identifier: string,
    source: LogSourceRecord | undefined,
    content: LeefContent | undefined,
  ): KeptEvent {
    const { state } = this.options;
    const typeId = source?.type_id ?? typeIds.generic;
    const generic = state.logSources.find(({ type_id }) => type_id === typeIds.generic);
    const parsed = source !== undefined && state.readsLeef(typeId) ? content : undefined;
    const attributes = parsed?.attributes ?? {};
    const address = isIP(identifier) === 4 ? identifier : sender;
    const naming = this.nameOf(typeId, source, parsed);
    return {
      receivedAtMs: Date.now(),
      payload,
      identifier,
      logSourceName: (source ?? generic)?.name ?? '',
      logSourceTypeName: state.types.find(({ id }) => id === typeId)?.name ?? '',
      categoryName: state.categories.find(({ id }) => id === naming.categoryId)?.name ?? '',
      isUnparsed: parsed === undefined,
      attributes,
      eventId: parsed?.eventId ?? '',
      logSourceId: (source ?? generic)?.id ?? 0,
      typeId,
      credibility: source?.credibility ?? 5,
      sourceIp: isIP(attributes['src'] ?? '') === 0 ? address : (attributes['src'] ?? ''),
      destinationIp: isIP(attributes['dst'] ?? '') === 0 ? address : (attributes['dst'] ?? ''),
      eventCount: 1,
      ...naming,
    };
  }

  private nameOf(
    typeId: number,
    source: LogSourceRecord | undefined,
    parsed: LeefContent | undefined,
  ): Naming {
    const stored = { categoryId: storedCategory, severity: 3 };
    if (source === undefined) {
      return { eventName: 'Unknown Log Event', qid: builtInQids.undiscovered, ...stored };
    }
    if (parsed === undefined) return { eventName: 'Stored', qid: builtInQids.stored, ...stored };
    const { mappings, qids } = this.options.state;
    const fitting = mappings.filter(
      (one) =>
        one.log_source_type_id === typeId &&
        one.log_source_event_id === parsed.eventId &&
        one.log_source_event_category === (parsed.attributes['cat'] ?? ''),
    );
    // A custom mapping goes before one that came with the type.
    const mapping = fitting.find(({ custom_event }) => custom_event) ?? fitting[0];
    const record = qids.find(({ id }) => id === mapping?.qid_record_id);
    if (record === undefined) {
      const severity = Number(parsed.attributes['sev'] ?? 3);
      return {
        eventName: 'Unknown',
        qid: builtInQids.unknown,
        categoryId: unknownCategory,
        severity,
      };
    }
    const { name, qid, low_level_category_id, severity } = record;
    return { eventName: name, qid, categoryId: low_level_category_id, severity };
  }
}
