import { bad, ok } from '../../core/index.js';
import type { Result } from '../../core/index.js';
import { dayMs, HourCounts, hourMs } from './hour-counts.js';
import type { DetectionKey } from './hour-counts.js';

/** The counts of one day, UTC, by the number of the hour since 1970. */
export type DayCounts = Map<number, HourCounts>;

const format = 'threat-forwarder statistics';
const version = 1;
const fileName = /^(\d{4}-\d\d-\d\d)\.json$/;
const startOfHour = /^\d{4}-\d\d-\d\dT\d\d:00:00Z$/;

/** `2026-11-21`: the day of a time in milliseconds since 1970, UTC. */
export function dayOf(atMs: number): string {
  return new Date(atMs).toISOString().slice(0, 10);
}

/** Midnight UTC at which a day begins; undefined when there is no such day. */
export function startOfDay(day: string): number | undefined {
  const atMs = Date.parse(`${day}T00:00:00Z`);
  return Number.isFinite(atMs) && dayOf(atMs) === day ? atMs : undefined;
}

export function fileNameOf(day: string): string {
  return `${day}.json`;
}

/** The day of a file by its name; undefined when the name is not one of ours. */
export function dayOfFile(name: string): string | undefined {
  const day = fileName.exec(name)?.[1];
  return day !== undefined && startOfDay(day) !== undefined ? day : undefined;
}

/** One hour as text; a detection has a line of its own. */
export function renderHour(hour: number, counts: HourCounts): string {
  const start = `${new Date(hour * hourMs).toISOString().slice(0, 19)}Z`;
  const detections = counts.detections().map((detection) => `\n    ${JSON.stringify(detection)}`);
  const list = detections.length === 0 ? '[]' : `[${detections.join(',')}\n  ]`;
  return `  {"hour": "${start}", "events": ${counts.events}, "detections": ${list}}`;
}

/** A file's text, of the texts of its hours. */
export function renderDay(day: string, hours: readonly string[]): string {
  const head = `{\n"format": "${format}",\n"version": ${version},\n"day": "${day}",\n"timeZone": "UTC",`;
  return `${head}\n"hours": [${hours.map((hour) => `\n${hour}`).join(',')}\n]\n}\n`;
}

/** Reads a file's text; the problem says what is wrong with it. */
export function parseDay(text: string, day: string): Result<DayCounts, string> {
  let found: unknown;
  try {
    found = JSON.parse(text);
  } catch {
    return bad('it is not JSON, or cut off');
  }
  if (!isObject(found) || found['format'] !== format) return bad('it holds no statistics');
  if (found['version'] !== version) return bad(`it has the version ${shown(found['version'])}`);
  if (found['day'] !== day) return bad(`it is of the day ${shown(found['day'])}`);
  if (!Array.isArray(found['hours'])) return bad('it has no list of hours');
  const counts: DayCounts = new Map();
  for (const entry of found['hours'] as unknown[]) {
    const problem = takeHour(entry, day, counts);
    if (problem !== undefined) return bad(problem);
  }
  return ok(counts);
}

function takeHour(entry: unknown, day: string, into: DayCounts): string | undefined {
  if (!isObject(entry)) return 'an hour is none';
  const { hour: start, events, detections } = entry;
  const hour = typeof start === 'string' ? hourOf(start, day) : undefined;
  if (hour === undefined) return `${shown(start)} is no hour of the day`;
  if (!isCount(events)) return `${shown(start)} has no number of events`;
  if (!Array.isArray(detections)) return `${shown(start)} has no list of detections`;
  const counts = into.get(hour) ?? new HourCounts();
  into.set(hour, counts);
  counts.events += events;
  for (const detection of detections as unknown[]) {
    if (!isDetection(detection)) return `${shown(start)} has a detection that is none`;
    counts.add(detection, detection.count, Infinity);
  }
  return undefined;
}

function hourOf(start: string, day: string): number | undefined {
  const atMs = startOfHour.test(start) ? Date.parse(start) : NaN;
  const from = startOfDay(day) ?? NaN;
  return atMs >= from && atMs < from + dayMs ? atMs / hourMs : undefined;
}

function isDetection(entry: unknown): entry is DetectionKey & { readonly count: number } {
  if (!isObject(entry)) return false;
  const names = [entry['category'], entry['feed'], entry['source']];
  return isCount(entry['count']) && names.every((name) => typeof name === 'string');
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A value of a damaged file as it may stand in a message. */
function shown(value: unknown): string {
  return value === undefined ? 'nothing' : JSON.stringify(value).slice(0, 60);
}
