import type { DialectConfig, LoadedConfig } from '../../config/index.js';
import { nearest } from '../../config/nearest.js';
import { ServiceError } from '../../core/index.js';
import { withPlace } from '../reloading/config-place.js';
import type { Dialect, DialectOptions } from './dialect.js';
import { loadHandlebarsDialect } from './handlebars-dialect.js';
import { createPatternDialect } from './pattern-dialect.js';
import { leefName, readReadyDialect, readyNames } from './ready-dialects.js';
import type { ReadyDialect } from './ready-dialects.js';

/** The ready dialect that own formats are added to when none is named. */
const defaultBase = 'cybertrace-4';

/**
 * The wanted dialects by name: `leef` is what `templates.directory` makes; then come those of
 * `dialects`, which may have the name of a ready one; then the ready ones. Throws ServiceError
 * TF_CONFIG for a name that nothing has, TF_TEMPLATE for formats and templates that cannot be used,
 * with the place in the configuration.
 */
export async function loadDialects(
  loaded: LoadedConfig,
  wanted: readonly string[],
  options: DialectOptions,
): Promise<ReadonlyMap<string, Dialect>> {
  try {
    const ready = await readyNames(loaded.packageDirectory);
    if (Object.hasOwn(loaded.config.dialects, leefName)) throw leefIsTaken();
    const dialects = new Map<string, Dialect>();
    for (const name of wanted) {
      if (!dialects.has(name)) dialects.set(name, await load(name, loaded, ready, options));
    }
    return dialects;
  } catch (error) {
    throw withPlace(error, loaded);
  }
}

async function load(
  name: string,
  { config, packageDirectory }: LoadedConfig,
  ready: readonly string[],
  options: DialectOptions,
): Promise<Dialect> {
  if (name === leefName) {
    const { directory } = config.templates;
    const folder = { directory, key: 'templates.directory', syslogHeader: true };
    return loadHandlebarsDialect(name, folder, config, options);
  }
  const own = Object.hasOwn(config.dialects, name) ? config.dialects[name] : undefined;
  const path = `dialects.${name}`;
  if (own?.directory !== undefined) {
    refuseFormats(own, path);
    const { directory, syslogHeader = true } = own;
    const folder = { directory, key: `${path}.directory`, syslogHeader };
    return loadHandlebarsDialect(name, folder, config, options);
  }
  const baseName = own === undefined ? name : (own.basedOn ?? defaultBase);
  if (!ready.includes(baseName)) {
    if (own !== undefined) throw unknownName(baseName, `${path}.basedOn`, ready);
    const names = [...Object.keys(config.dialects), ...ready];
    throw unknownName(name, placeOfName(config, name), names);
  }
  const base = await readReadyDialect(packageDirectory, baseName);
  const { definition } = base;
  if (definition === undefined) {
    if (own !== undefined) throw basedOnTemplates(base, `${path}.basedOn`);
    const folder = { directory: base.directory, key: base.directory, syslogHeader: true };
    return loadHandlebarsDialect(name, folder, config, options);
  }
  return createPatternDialect(
    name,
    { ...definition, ...own },
    (format) => (own?.[format] === undefined ? `${base.file} ${format}` : `${path}.${format}`),
    config,
    options,
  );
}

/** Where the configuration first asks for a dialect. */
function placeOfName({ delivery, intake }: LoadedConfig['config'], name: string): string {
  const places: readonly (readonly [place: string, dialect: string | undefined])[] = [
    ...delivery.collectors.map(
      ({ dialect }, index) => [`delivery.collectors[${index}].dialect`, dialect] as const,
    ),
    [
      'intake.cybertrace.dialect',
      intake.cybertrace === false ? undefined : intake.cybertrace.dialect,
    ],
    ...intake.moreCybertrace.map(
      ({ dialect }, index) => [`intake.moreCybertrace[${index}].dialect`, dialect] as const,
    ),
  ];
  return places.find(([, dialect]) => dialect === name)?.[0] ?? `dialect ${name}`;
}

function unknownName(name: string, where: string, names: readonly string[]): ServiceError {
  const meant = nearest(name, names);
  const question = meant === undefined ? '' : `did you mean "${meant}"? `;
  return new ServiceError('TF_CONFIG', `there is no dialect "${name}"`, {
    where,
    hint: `${question}there are ${[...new Set(names)].join(', ')}`,
  });
}

function leefIsTaken(): ServiceError {
  return new ServiceError('TF_CONFIG', '"leef" is the dialect of templates.directory', {
    where: `dialects.${leefName}`,
    hint: 'give the dialect another name, or change templates.directory',
  });
}

function basedOnTemplates({ name, directory }: ReadyDialect, where: string): ServiceError {
  return new ServiceError('TF_CONFIG', `"${name}" is made of templates, not of formats`, {
    where,
    hint: `copy ${directory}, change the templates, and name the copy with directory`,
  });
}

function refuseFormats(own: DialectConfig, path: string): void {
  const key = Object.keys(own).find((one) => one !== 'directory' && one !== 'syslogHeader');
  if (key === undefined) return;
  throw new ServiceError('TF_CONFIG', `${key} has no meaning beside directory`, {
    where: `${path}.${key}`,
    hint: 'a dialect is either templates in a folder (directory) or formats; leave one of them out',
  });
}
