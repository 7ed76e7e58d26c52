import { syslogHeaderBytes } from '../../../dsm/syslog/header.js';
import type { Config } from '../../config/index.js';
import { createPatternRenderer } from '../../rendering/index.js';
import type { PatternFormats } from '../../rendering/index.js';
import type { DialectFile } from './dialect-file.js';
import type { Dialect, DialectOptions } from './dialect.js';

/**
 * A dialect of `%PATTERN%` formats. Its times are in the time zone of `leef.timeZone`, as those of the
 * syslog header. Throws ServiceError TF_TEMPLATE; `placeOf` says where a format comes from.
 */
export function createPatternDialect(
  name: string,
  definition: DialectFile,
  placeOf: (format: keyof PatternFormats) => string,
  { identifier, leef }: Pick<Config, 'identifier' | 'leef'>,
  { runId, maxMessageBytes }: DialectOptions,
): Dialect {
  const { facility, severity, timeZone } = leef;
  const { syslogHeader } = definition;
  const headerBytes = syslogHeader
    ? syslogHeaderBytes({ facility, severity, host: identifier })
    : 0;
  const renderer = createPatternRenderer({
    ...definition,
    timeZone,
    maxBodyBytes: maxMessageBytes - headerBytes,
    runId,
    placeOf,
  });
  return {
    name,
    renderer,
    syslogHeader,
    usesEventValuesInFinished: renderer.usesEventValuesInFinished,
    text: JSON.stringify(definition),
  };
}
