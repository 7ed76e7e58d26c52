import { cutText } from '../clean.js';
import type { NamedField } from './field-names.js';
import { parseFormat } from './parse-format.js';
import { absentText } from './scope.js';
import type { ValueWriter } from './value-writer.js';

/** How one field is written, compiled from RecordFieldContextFormat or ActionableFieldContextFormat. */
export interface FieldFormat {
  /**
   * The first `count` fields one after the other. Values are cut at `valueLimit` UTF-16 units. What
   * is longer than `textLimit` ends early: it is too long anyhow.
   */
  readonly write: (
    fields: readonly NamedField[],
    count: number,
    valueLimit: number,
    textLimit: number,
  ) => string;
  /** What stands before the name of a field. */
  readonly prefix: string;
}

const name = 0;
const value = 1;

/**
 * Compiles a format of fields. It is applied to each field, and nothing stands between two fields
 * (CyberTrace help, page 171636) unless the format leaves no room for a separator: `%ParamName%=%ParamValue%`
 * gives `Ip=192.0.2.100 Geo=ru`, with a blank, as page 197106 shows.
 */
export function compileFieldFormat(format: string, writer: ValueWriter): FieldFormat {
  const parts = parseFormat(format).map((part) => {
    if (part.kind === 'text') return part.text;
    if (part.name === 'ParamName') return name;
    return part.name === 'ParamValue' ? value : absentText;
  });
  const between = parts[0] === name && parts.at(-1) === value ? ' ' : '';
  const writeField = ([fieldName, text]: NamedField, valueLimit: number): string => {
    let result = '';
    for (const part of parts) {
      if (typeof part === 'string') result += part;
      else result += part === name ? fieldName : writer.value(cutText(text, valueLimit));
    }
    return result;
  };
  return {
    write: (fields, count, valueLimit, textLimit) => {
      let text = '';
      for (let index = 0; index < count; index += 1) {
        const field = fields[index];
        if (field === undefined || text.length > textLimit) break;
        if (index > 0) text += between;
        text += writeField(field, valueLimit);
      }
      return text;
    },
    prefix: typeof parts[0] === 'string' ? parts[0] : '',
  };
}
