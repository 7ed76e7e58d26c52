import { ServiceError } from '../../core/index.js';
import { parseFormat } from './parse-format.js';
import type { CompiledFormat } from './compile-format.js';
import type { Scope } from './scope.js';

/** The formats of a dialect, by the names that the configuration and dialect.json have for them. */
export interface PatternFormats {
  /** A detection: EventFormat. */
  readonly eventFormat: string;
  /** A status event, and the outcome of a verification run: AlertFormat. '' for none. */
  readonly alertFormat: string;
  /** What follows the detections of an event: FinishedEventFormat. '' for none. */
  readonly finishedEventFormat: string;
  /** A field of `%RecordContext%`: RecordFieldContextFormat. */
  readonly recordFieldContextFormat: string;
  /** A field of `%ActionableFields%`: ActionableFieldContextFormat. */
  readonly actionableFieldContextFormat: string;
}

const formatNames = [
  'eventFormat',
  'alertFormat',
  'finishedEventFormat',
  'recordFieldContextFormat',
  'actionableFieldContextFormat',
] as const satisfies readonly (keyof PatternFormats)[];

// What would break a line, or could not be sent: all of C0, DEL and C1 but TAB, line and paragraph
// separators, and halves of surrogate pairs.
const unsafe = /[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u2028\u2029\ud800-\udfff]/u;

/**
 * The formats as they are used: without the line breaks around them, which XML and YAML files bring.
 * Throws ServiceError TF_TEMPLATE for an empty EventFormat, or a format that is more than one line.
 */
export function checkedFormats(
  formats: PatternFormats,
  placeOf: (format: keyof PatternFormats) => string,
): PatternFormats {
  const checked = Object.fromEntries(
    formatNames.map((name) => {
      const text = formats[name].replace(/^[\r\n]+|[\r\n]+$/g, '');
      if (unsafe.test(text)) {
        throw fault(
          placeOf(name),
          'the format has a line break or another control character in it, and a message is one line',
          'write it in one line; of control characters only TAB may stand in a format',
        );
      }
      return [name, text] as const;
    }),
  ) as Record<keyof PatternFormats, string>;
  if (parseFormat(checked.eventFormat).length === 0) {
    throw fault(
      placeOf('eventFormat'),
      'the format of detections is empty',
      'write what a detection looks like, such as "%Date% category=%Category%%RecordContext%"',
    );
  }
  return checked;
}

const barest: Scope = {
  event: 'K'.repeat(64),
  atMs: 0,
  context: [],
  actionableFields: [],
  values: undefined,
  detection: undefined,
  fields: 0,
  actionable: 0,
  valueLimit: 0,
};

/** Throws ServiceError TF_TEMPLATE when a format leaves no room for what it is to show. */
export function checkRoom({ render }: CompiledFormat, maxBytes: number, place: string): void {
  const bytes = Buffer.byteLength(render(barest), 'utf8');
  if (bytes <= maxBytes) return;
  throw fault(
    place,
    `a message without any value is longer than the ${maxBytes} bytes that are allowed`,
    'raise the limit for a message, or shorten the format',
  );
}

function fault(where: string, message: string, hint: string): ServiceError {
  return new ServiceError('TF_TEMPLATE', message, { where, hint });
}
