import { childOf, formatPath } from './config-path.js';
import type { ConfigPath } from './config-path.js';
import type { LoadedConfig } from './load.js';
import { formatPlace } from './problems.js';
import { configSchema } from './schema.js';
import type { SchemaNode } from './schema-node.js';
import { isSecret } from './show-value.js';
import { withoutCredentials } from './values/collector-url.js';

/** One value in use, fit to be shown. */
export interface DescribedValue {
  /** `delivery.collectors[0].url` */
  readonly key: string;
  /** As JSON; a secret is `(hidden)`; a size or code as people write it (`64MiB`, `local0`). */
  readonly value: string;
  /** `default`, `forwarder.yaml:3:5`, `environment TF_LOG__LEVEL`, `--set log.level`, `built-in default`. */
  readonly origin: string;
}

/** Every value in use with where it came from. Secrets are hidden. */
export function describeConfig(loaded: LoadedConfig): readonly DescribedValue[] {
  const rows: DescribedValue[] = [];
  describe(loaded, configSchema, loaded.config, [], rows);
  return rows;
}

function describe(
  loaded: LoadedConfig,
  node: SchemaNode | undefined,
  value: unknown,
  path: ConfigPath,
  rows: DescribedValue[],
): void {
  const isHolder = typeof value === 'object' && value !== null;
  const steps: ConfigPath = !isHolder
    ? []
    : Array.isArray(value)
      ? value.map((_, index) => index)
      : Object.keys(value);
  if (isHolder && node !== undefined && node.kind !== 'anything' && steps.length > 0) {
    for (const step of steps) {
      const child = (value as Readonly<Record<string | number, unknown>>)[step];
      describe(loaded, childOf(node, step), child, [...path, step], rows);
    }
    return;
  }
  rows.push({ key: formatPath(path), value: show(node, value), origin: originOf(loaded, path) });
}

function show(node: SchemaNode | undefined, value: unknown): string {
  if (isSecret(node)) return '(hidden)';
  if (node?.kind === 'measure' && typeof value === 'number') return node.format(value);
  // Of parts whose shape is not known, nothing tells which values are secret.
  if (node?.kind === 'anything') return '(given)';
  return typeof value === 'string'
    ? JSON.stringify(withoutCredentials(value))
    : JSON.stringify(value);
}

function originOf({ places }: LoadedConfig, path: ConfigPath): string {
  const given = places.givenAt(path) ?? givenAsShorthand(places, path);
  return given === undefined ? 'default' : formatPlace(given);
}

/** The main key of an entry that was written as one text has the place of the entry. */
function givenAsShorthand(
  places: LoadedConfig['places'],
  path: ConfigPath,
): ReturnType<LoadedConfig['places']['givenAt']> {
  const [key, index] = [path.at(-1), path.at(-2)];
  return (key === 'path' || key === 'url') && typeof index === 'number'
    ? places.givenAt(path.slice(0, -1))
    : undefined;
}
