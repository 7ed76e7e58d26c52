import { measure, text } from '../schema-builder.js';
import type { RangeInfo, Schema } from '../schema-builder.js';
import type { MeasureNode } from '../schema-node.js';
import { listenForms, tryParseListen } from '../values/listen.js';
import {
  durationForms,
  durationPattern,
  formatDurationMs,
  parseDurationMinutes,
} from '../values/duration.js';
import { formatSizeBytes, parseSizeBytes, sizeForms, sizePattern } from '../values/size.js';
import { parseCode } from '../values/syslog-codes.js';

/** A number of bytes, or a text such as `64MiB`. */
export function size(info: RangeInfo): Schema<number, 'required', MeasureNode> {
  const range = `${sizeForms}, from ${formatSizeBytes(info.minimum)} to ${formatSizeBytes(info.maximum)}`;
  return measure({
    unit: 'bytes',
    expected: range,
    textSchema: { type: 'string', pattern: sizePattern },
    parse: parseSizeBytes,
    format: formatSizeBytes,
    ...info,
  });
}

/** A number of minutes, or a text such as `7d`. */
export function minutes(info: RangeInfo): Schema<number, 'required', MeasureNode> {
  return measure({
    unit: 'minutes',
    expected: `${durationForms}, or a number of minutes`,
    textSchema: { type: 'string', pattern: durationPattern },
    parse: parseDurationMinutes,
    format: (value) => formatDurationMs(value * 60_000),
    ...info,
  });
}

/** A syslog code by name or number. */
export function syslogCode(
  names: readonly string[],
  info: Omit<RangeInfo, 'minimum' | 'maximum'>,
): Schema<number, 'required', MeasureNode> {
  return measure({
    expected: `one of ${names.join(', ')}, or its number`,
    textSchema: { enum: names },
    parse: (value) => parseCode(names, value),
    format: (value) => names[value] ?? String(value),
    minimum: 0,
    maximum: names.length - 1,
    ...info,
  });
}

/** An address to listen on. */
export function listen(description: string, example: string): Schema<string> {
  return text({
    description,
    expected: listenForms,
    isLegal: (value) => tryParseListen(value) !== undefined,
    examples: [example, ':9995', '[::1]:9995'],
    maxLength: 300,
  });
}

/** A regular expression. Its syntax is checked where it is compiled, by the engine that runs it. */
export function pattern(description: string, ...examples: readonly string[]): Schema<string> {
  return text({ description, expected: 'a regular expression (RE2 syntax)', examples });
}

/** A file or folder; relative to the configuration file's folder. */
export function path(description: string, ...examples: readonly string[]): Schema<string> {
  return text({ description, expected: 'a path', role: 'path', examples });
}

/** A file, or a glob that stands for several; relative to the configuration file's folder. */
export function files(description: string, ...examples: readonly string[]): Schema<string> {
  return text({ description, expected: 'a path or a glob', role: 'glob', examples });
}

/** A pass-phrase, or where it is. */
export function secret(description: string): Schema<string> {
  return text({
    description: `${description} Better than the text itself: env:NAME (an environment variable), file:PATH (a file whose first line it is) or enc:… (sealed by threat-forwarder init).`,
    expected: 'a text, env:NAME, file:PATH or enc:… (sealed)',
    role: 'secret',
    examples: ['env:TLS_PASSPHRASE', 'file:/run/credentials/tls-passphrase'],
  });
}

/**
 * Where a secret is, never the secret itself. It is read by what uses it, when it is used: the service
 * must start where a secret that it does not need is missing.
 */
export function secretReference(
  description: string,
  ...examples: readonly string[]
): Schema<string> {
  return text({
    description: `${description} Never the text itself: env:NAME (an environment variable), file:PATH (a file whose first line it is) or enc:… (sealed by threat-forwarder init).`,
    expected: 'env:NAME, file:PATH or enc:…',
    isLegal: (value) => /^(?:env|file|enc):./s.test(value),
    examples,
    maxLength: 8192,
  });
}
