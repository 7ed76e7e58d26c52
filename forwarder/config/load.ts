import { applyOverrides } from './apply-overrides.js';
import { formatPath } from './config-path.js';
import { isXml } from './cybertrace/is-xml.js';
import { findConfigFile, mistakenFiles } from './find-file.js';
import type { ConfigFile } from './find-file.js';
import { findProblems } from './find-problems.js';
import type { FoundProblem } from './find-problems.js';
import { readArguments, readEnvironment } from './overrides.js';
import { createPlaceFinder } from './places.js';
import type { PlaceFinder } from './places.js';
import { ConfigError, inReadingOrder } from './problems.js';
import type { ConfigProblem } from './problems.js';
import { readSource } from './read-source.js';
import type { Source } from './read-source.js';
import { resolveValue } from './resolve.js';
import { configSchema } from './schema.js';
import type { Config } from './schema.js';
import { readSecret } from './secrets/index.js';
import { configWarnings } from './warnings.js';

export type Environment = Readonly<Record<string, string | undefined>>;

export interface LoadOptions {
  /** The file named by `--config`; when absent ./forwarder.yaml, else the built-in default. */
  readonly file?: string;
  readonly env: Environment;
  /** The `path=value` texts of `--set`, in their order. */
  readonly set: readonly string[];
  readonly cwd: string;
  /** Folder of the package: the demo feeds and the templates of the built-in default are there. */
  readonly packageDirectory: string;
}

export interface LoadedConfig {
  /** Deeply frozen; defaults filled in. */
  readonly config: Config;
  /** Absolute path of the file, or `built-in`. */
  readonly origin: string;
  /** The folder the paths of feeds and allow-lists start from; all other paths are absolute. */
  readonly baseDirectory: string;
  /** Folder of the package: what ships with it (templates, demo feeds, examples) is there. */
  readonly packageDirectory: string;
  /** What is allowed and deserves a word at start. */
  readonly warnings: readonly string[];
  /** Tells where the value of a place came from. */
  readonly places: PlaceFinder;
}

/** What is used without a configuration file: the demo feeds, every other key at its default. */
export const builtInConfig = { feeds: [{ path: 'verification/feeds/*.json' }] } as const;

/**
 * Loads the configuration: file (or built-in default), then environment, then `--set`, each winning
 * over those before it, all through one schema. kl_feed_service.conf of CyberTrace is taken as a file
 * too. Throws ConfigError (TF_CONFIG) that lists every
 * problem with its place, or ServiceError TF_CONFIG when the file cannot be read; nothing else.
 */
export async function loadConfig(options: LoadOptions): Promise<LoadedConfig> {
  const { cwd, packageDirectory } = options;
  const file = await findConfigFile(options.file, cwd);
  const source = file && (await readAnySource(file));
  const fileProblems = file && source ? sourceProblems(file, source) : [];
  if (fileProblems.length > 0) throw new ConfigError(inReadingOrder(fileProblems));
  const environment = readEnvironment(options.env);
  const given = readArguments(options.set);
  const { value, places, problems } = applyOverrides(source ? source.value : builtInConfig, [
    ...environment.overrides,
    ...given.overrides,
  ]);
  const finder = createPlaceFinder(
    places,
    value,
    file && source && { name: file.shownPath, source },
  );
  const baseDirectory = file?.directory ?? packageDirectory;
  const found = new ProblemList(finder, [...environment.problems, ...given.problems, ...problems]);
  (await findProblems(value)).forEach(found.add);
  const config = resolveValue(configSchema, value, [], {
    secret: (text) => readSecret(text, options.env, baseDirectory),
    packageDirectory,
    baseDirectory,
    directoryFor: (path) => {
      // Without a file, what the operator types is relative to where it is typed.
      const isTyped = ['env', 'set'].includes(finder.placeOf(path).kind);
      return file === undefined && isTyped ? cwd : undefined;
    },
    report: found.add,
  }) as Config;
  found.throwIfAny();
  const mistaken = file === undefined ? await mistakenFiles(cwd) : [];
  return {
    config: deepFreeze(config),
    origin: file?.absolutePath ?? 'built-in',
    baseDirectory,
    packageDirectory,
    warnings: [
      ...(source?.warnings ?? []),
      ...mistaken,
      ...environment.warnings,
      ...configWarnings(config),
    ],
    places: finder,
  };
}

/** YAML or JSON; XML is the configuration of CyberTrace, which is imported in memory. */
async function readAnySource(
  file: ConfigFile,
): Promise<Source & { readonly warnings?: readonly string[] }> {
  if (!isXml(file.text)) return readSource(file.text);
  const { readImportedSource } = await import('./cybertrace/load-imported.js');
  return readImportedSource(file);
}

/** Collects problems; of several at one place the first counts. */
class ProblemList {
  readonly #finder: PlaceFinder;
  readonly #problems: ConfigProblem[];
  readonly #seen = new Set<string>();

  constructor(finder: PlaceFinder, problems: readonly ConfigProblem[]) {
    this.#finder = finder;
    this.#problems = [...problems];
  }

  readonly add = ({ path, isKey, found, expected, suggestion }: FoundProblem): void => {
    const name = formatPath(path);
    if (this.#seen.has(name)) return;
    this.#seen.add(name);
    const place = this.#finder.placeOf(path, isKey);
    this.#problems.push({ place, path: name, found, expected, suggestion });
  };

  throwIfAny(): void {
    if (this.#problems.length > 0) throw new ConfigError(inReadingOrder(this.#problems));
  }
}

function sourceProblems(file: ConfigFile, source: Source): readonly ConfigProblem[] {
  const placeAt = (line: number, column: number): ConfigProblem['place'] => ({
    kind: 'file',
    file: file.shownPath,
    line,
    column,
  });
  if (source.problems.length === 0 && (source.value === undefined || source.value === null)) {
    // An empty file is rather a file that was lost than a wish to run without feeds.
    const expected = 'at least one key, such as feeds';
    const hint = 'without the file the built-in default is used';
    return [{ place: placeAt(1, 1), path: '', found: 'an empty file', expected, hint }];
  }
  return source.problems.map(({ position, ...rest }) => ({
    place: placeAt(position.line, position.column),
    ...rest,
  }));
}

function deepFreeze<Value>(value: Value): Value {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    Object.values(value).forEach(deepFreeze);
  }
  return value;
}
