import { ServiceError } from '../../../core/index.js';
import type { XmlAttributes, XmlPath } from './item.js';
import { XmlRecordParser } from './parser.js';
import { xmlLimits } from './records.js';
import type { XmlPiece } from './text.js';
import { localName } from './tree.js';

/** Whether an element is a record, by its path. */
export type IsRecord = (path: XmlPath) => boolean;

/**
 * Records by a configured path, such as `feed/items/item`: those elements whose path ends so. A step
 * may have `*` (any characters) and `?` (any one). The document's own element is a record only when
 * the path is its name.
 */
export function recordsAt(rootElement: string): IsRecord {
  const steps = rootElement.split('/').filter((step) => step !== '');
  const patterns = steps.map(patternOf);
  return (path) =>
    path.length === 1
      ? steps.length === 1 && steps[0] === path[0]
      : path.length >= patterns.length &&
        patterns.every((pattern, index) =>
          pattern.test(path[path.length - patterns.length + index] as string),
        );
}

function patternOf(step: string): RegExp {
  const source = step.replace(/[\\^$.+()[\]{}|]/g, '\\$&');
  return new RegExp(`^${source.replace(/\*+/g, '.*').replaceAll('?', '.')}$`, 'su');
}

/** The path of an element in a list of indicators. */
const indicatorList = /\/(?:indicators|iocs|observables)\/[^/]+$/i;

/** What the file's start shows of all elements with one path. */
interface Group {
  readonly path: string;
  readonly depth: number;
  /** Whether there are several within one element. */
  repeats: boolean;
  hasChildren: boolean;
  /** Whether a field of it, or it itself where it has none, has the name of an indicator. */
  hasIndicators: boolean;
}

/**
 * Where the records are in a file that is not configured, by its first pieces: the elements that
 * have a field (attribute or child) by the name of an indicator, or are one themselves, and that
 * come several times; the outermost, and where there are such of several paths, all. When nothing
 * comes several times, the only path that has indicators; several are no answer: throws ServiceError
 * TF_FEED. What stands in `indicators`, `iocs` or `observables` goes before what is around it, which
 * is a report with an address of its own. When nothing has indicators, the outermost elements that
 * come several times, else the children of the document's element, so that what is there is told as
 * records without indicators.
 */
export function recordsBySample(
  sample: readonly XmlPiece[],
  isIndicatorName: (name: string) => boolean,
  origin: string,
): IsRecord {
  const groups = groupsOf(sample, isIndicatorName, origin).filter(({ depth }) => depth > 1);
  const withIndicators = withoutReports(groups.filter((group) => group.hasIndicators));
  const repeated = outermost(withIndicators.filter(({ repeats }) => repeats));
  if (repeated.length > 0) return recordsIn(repeated);
  const single = outermost(withIndicators);
  if (single.length > 1) throw ambiguous(single, origin);
  if (single.length === 1) return recordsIn(single);
  const others = outermost(groups.filter(({ repeats }) => repeats));
  return others.length > 0 ? recordsIn(others) : (path) => path.length === 2;
}

function recordsIn(groups: readonly Group[]): IsRecord {
  const paths = new Set(groups.map(({ path }) => path));
  return (path) => paths.has(path.join('/'));
}

/** Without what is around lists of indicators, and without the fields of that. */
function withoutReports(groups: readonly Group[]): readonly Group[] {
  const lists = groups.filter(({ path }) => indicatorList.test(path));
  const isAround = (at: string): boolean => lists.some(({ path }) => path.startsWith(`${at}/`));
  return groups.filter((group) => {
    const isField = !group.hasChildren && isAround(group.path.replace(/\/[^/]*$/, ''));
    return lists.includes(group) || !(isAround(group.path) || isField);
  });
}

/** The groups that are not within another one. */
function outermost(groups: readonly Group[]): readonly Group[] {
  const chosen: Group[] = [];
  for (const group of [...groups].sort((a, b) => a.depth - b.depth)) {
    if (!chosen.some(({ path }) => group.path.startsWith(`${path}/`))) chosen.push(group);
  }
  return chosen;
}

function groupsOf(
  sample: readonly XmlPiece[],
  isIndicatorName: (name: string) => boolean,
  origin: string,
): readonly Group[] {
  const groups = new Map<string, Group>();
  /** For each open element, and the one that ended last, how often its children's names came. */
  const counts = [new Map<string, number>()];
  const open = (path: XmlPath, attributes: XmlAttributes): boolean => {
    const depth = path.length;
    const name = path.at(-1) ?? '';
    const parent = groups.get(path.slice(0, -1).join('/'));
    const group = groupAt(groups, path);
    counts.length = depth;
    const siblings = counts[depth - 1] as Map<string, number>;
    const count = (siblings.get(name) ?? 0) + 1;
    siblings.set(name, count);
    counts.push(new Map<string, number>());
    group.repeats ||= count > 1;
    group.hasIndicators ||= Object.keys(attributes).some((key) => isIndicatorName(localName(key)));
    if (parent !== undefined) {
      parent.hasChildren = true;
      parent.hasIndicators ||= isIndicatorName(name);
    }
    return false;
  };
  const parser = new XmlRecordParser({ origin, limits: xmlLimits, isRecord: open });
  try {
    for (const piece of sample) parser.write(piece);
  } catch (error) {
    // What is wrong with the file is told where it is read; up to there it is a sample.
    if (!(error instanceof ServiceError)) throw error;
  }
  for (const group of groups.values()) {
    const isOne = !group.hasChildren && isIndicatorName(group.path.replace(/^.*\//s, ''));
    group.hasIndicators ||= isOne;
  }
  return [...groups.values()];
}

function groupAt(groups: Map<string, Group>, steps: XmlPath): Group {
  const path = steps.join('/');
  const known = groups.get(path);
  if (known !== undefined) return known;
  const group = {
    path,
    depth: steps.length,
    repeats: false,
    hasChildren: false,
    hasIndicators: false,
  };
  groups.set(path, group);
  return group;
}

function ambiguous(groups: readonly Group[], origin: string): ServiceError {
  const places = groups.slice(0, 3).map(({ path }) => path);
  return new ServiceError(
    'TF_FEED',
    `The feed has indicators at several places, each once: ${places.join(', ')}.`,
    { where: `${origin}: byte 0`, hint: 'Set rootElement to the place of the records.' },
  );
}
