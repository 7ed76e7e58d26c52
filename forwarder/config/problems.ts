import { ServiceError } from '../core/index.js';

/** Where a value came from: a place in the file, an environment variable, a `--set`. */
export type Place =
  | { readonly kind: 'file'; readonly file: string; readonly line: number; readonly column: number }
  | { readonly kind: 'env'; readonly name: string }
  | { readonly kind: 'set'; readonly argument: string }
  | { readonly kind: 'built-in' };

/** One thing that is wrong with a configuration. */
export interface ConfigProblem {
  readonly place: Place;
  /** `delivery.collectors[0].url`; '' for the configuration as a whole. */
  readonly path: string;
  /** What stands there, fit to be shown: shortened, never a secret. */
  readonly found: string;
  readonly expected: string;
  /** The known key or word that was probably meant. */
  readonly suggestion?: string | undefined;
  /** What to do, where `expected` does not say it. */
  readonly hint?: string | undefined;
}

/** `forwarder.yaml:3:5`, `environment TF_LOG__LEVEL`, `--set log.level`. */
export function formatPlace(place: Place): string {
  switch (place.kind) {
    case 'file':
      return `${place.file}:${place.line}:${place.column}`;
    case 'env':
      return `environment ${place.name}`;
    case 'set':
      return `--set ${place.argument}`;
    case 'built-in':
      return 'built-in default';
    default:
      return place satisfies never;
  }
}

/** `forwarder.yaml:3:5 log.levle: found an unknown key, expected one of …; did you mean "level"?` */
export function formatProblem(problem: ConfigProblem): string {
  const { place, path, found, expected, suggestion, hint } = problem;
  const where = path === '' ? formatPlace(place) : `${formatPlace(place)} ${path}`;
  const meant = suggestion === undefined ? '' : `; did you mean "${suggestion}"?`;
  return `${where}: found ${found}, expected ${expected}${meant}${hint === undefined ? '' : ` (${hint})`}`;
}

const mostShown = 50;

/** A configuration that cannot be used, with everything that is wrong with it. */
export class ConfigError extends ServiceError {
  override readonly name: string = 'ConfigError';
  readonly problems: readonly ConfigProblem[];

  constructor(problems: readonly ConfigProblem[]) {
    super('TF_CONFIG', messageFor(problems), {
      hint: 'docs/reference/configuration.md explains every key',
    });
    this.problems = problems;
  }
}

function messageFor(problems: readonly ConfigProblem[]): string {
  const [first] = problems;
  if (first !== undefined && problems.length === 1) return formatProblem(first);
  const lines = problems.slice(0, mostShown).map((problem) => `  ${formatProblem(problem)}`);
  const hidden = problems.length - lines.length;
  const rest = hidden > 0 ? `\n  and ${hidden} more` : '';
  return `the configuration has ${problems.length} problems:\n${lines.join('\n')}${rest}`;
}

/** The order people read in: the file from its top, then the environment, then the arguments. */
export function inReadingOrder(problems: readonly ConfigProblem[]): readonly ConfigProblem[] {
  const rank = { 'built-in': 0, file: 1, env: 2, set: 3 } as const;
  return [...problems].sort((a, b) => {
    if (a.place.kind === 'file' && b.place.kind === 'file') {
      return a.place.line - b.place.line || a.place.column - b.place.column;
    }
    return rank[a.place.kind] - rank[b.place.kind];
  });
}
