import { bad, ServiceError, type ContextField, type FieldTree } from '../../core/index.js';
import type { FeedReader, ReaderOptions } from './format.js';
import { headerContext, stixContext } from './stix1/context.js';
import { indicatorFindings, isReference } from './stix1/indicators.js';
import { KnownObservables } from './stix1/known.js';
import { idsOf, observableFindings } from './stix1/observables.js';
import { asRead, type Findings } from './xml/findings.js';
import type { XmlItem, XmlPath } from './xml/item.js';
import { xmlLimits, xmlRecords } from './xml/records.js';
import { recordResults, type ReadRecord, type RecordResult } from './xml/results.js';
import { xmlStartOf } from './xml/start.js';

/** The parts of a package whose elements are no indicators. */
const otherParts: ReadonlySet<string> = new Set([
  'TTPs',
  'Exploit_Targets',
  'Incidents',
  'Courses_Of_Action',
  'Campaigns',
  'Threat_Actors',
]);

type Role = 'header' | 'indicator' | 'observable';

function roleOf(path: XmlPath): Role | undefined {
  const name = path.at(-1);
  const parent = path.at(-2);
  if (name === 'Indicator' && parent === 'Indicators') return 'indicator';
  if (name === 'Observable' && parent === 'Observables') return 'observable';
  return name === 'STIX_Header' ? 'header' : undefined;
}

async function* read(
  bytes: AsyncIterable<Uint8Array>,
  { origin = 'feed', onPassed }: ReaderOptions = {},
): AsyncGenerator<RecordResult, void, undefined> {
  const packages = new StixReader();
  const items = xmlRecords(bytes, {
    origin,
    limits: xmlLimits,
    isRecord: (path) => packages.begins(path),
    onOutside(path) {
      if (otherParts.has(path.at(-2) ?? '')) onPassed?.('other');
    },
  });
  for await (const item of items) {
    const results = packages.results(item);
    if (results === 'other') onPassed?.('other');
    else yield* results;
  }
  if (!packages.isSeen) throw noPackage(origin);
  yield* packages.rest();
}

/** Turns the elements of a file into records, and keeps what later ones refer to. */
class StixReader {
  private packages = 0;
  /** In which package each of the records stands that are begun and not yet taken, in order. */
  private readonly begun: number[] = [];
  /** The package to which the header belongs. */
  private current = 0;
  private number = 0;
  private header: readonly ContextField[] = [];
  private readonly known = new KnownObservables();

  get isSeen(): boolean {
    return this.packages > 0;
  }

  /** Whether the element that begins is a record. */
  begins(path: XmlPath): boolean {
    if (path.at(-1) === 'STIX_Package' || (path.length === 1 && path[0] === 'Observables')) {
      this.packages += 1;
    }
    const isRecord = roleOf(path) !== undefined;
    if (isRecord) this.begun.push(this.packages);
    return isRecord;
  }

  results(item: XmlItem): readonly RecordResult[] | 'other' {
    const role = roleOf(item.path);
    const current = this.begun.shift() ?? 0;
    if (current !== this.current) this.header = [];
    this.current = current;
    if (role === 'header') {
      this.header = item.ok ? headerContext(item.fields) : [];
      return [];
    }
    this.number += 1;
    const { row } = item;
    if (!item.ok) {
      return [bad({ record: this.number, fault: item.fault, reason: item.reason, row })];
    }
    const { fields } = item;
    if (role === 'indicator') {
      const findings = indicatorFindings(fields, this.known);
      const isEmpty = findings.indicators.length === 0 && findings.faults.length === 0;
      if (isEmpty && isReference(fields)) return 'other';
      return recordResults(this.read(fields, findings, row));
    }
    const findings = observableFindings(fields, this.known);
    const observable = this.read(fields, findings, row);
    return this.known.hold(observable, idsOf(fields), findings) ? [] : recordResults(observable);
  }

  /** What the observables give to which nothing referred, at the end of the file. */
  *rest(): Generator<RecordResult, void, undefined> {
    for (const record of this.known.unused()) yield* recordResults(record);
  }

  private read(tree: FieldTree, findings: Findings, row: string): ReadRecord {
    const context = stixContext(tree, this.header);
    const fields = Object.fromEntries(context);
    return { number: this.number, ...asRead(findings), context, fields, row };
  }
}

function noPackage(origin: string): ServiceError {
  return new ServiceError('TF_FEED', 'The feed is XML, but there is no STIX package in it.', {
    where: `${origin}: byte 0`,
    hint: 'A file of this format holds a STIX_Package of STIX 1.x; leave format out to have the format recognised.',
  });
}

function recognises(start: Uint8Array): boolean {
  const xml = xmlStartOf(start);
  if (xml === undefined) return false;
  if (xml.root === 'Observables') return xml.text.includes('http://cybox.mitre.org/cybox-2');
  return xml.root === 'STIX_Package' || xml.text.includes('http://stix.mitre.org/stix-1');
}

/**
 * STIX 1.0 to 1.2 in XML, also several packages in a wrapper (TAXII 1.x), and CybOX 2.x by itself.
 * Indicators are records; so are the observables of a package, unless an indicator or another
 * observable refers to them: these come at the file's end, once it is known. What is kept for
 * references is bounded (keptCharacters); further observables give records at once and cannot be
 * referred to. What an element looks for: indicatorFindings, observableFindings, objectFindings,
 * propertyFindings, comparisonFindings. The record's fields are its context: see stixContext.
 *
 * A record that cannot be used, or a part of it, is one problem with its number, and the rest goes
 * on. A file that is not well-formed or cut short, or holds no package, throws ServiceError TF_FEED.
 */
export const stix1: FeedReader = {
  name: 'stix1',
  summary: 'STIX 1.x in XML: <stix:STIX_Package> with indicators and observables',
  recognises,
  read,
};
