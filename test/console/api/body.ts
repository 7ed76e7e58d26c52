import { Refusal } from './answer.js';

/** How one field of a body must be: its type, or what is wrong with a value. */
interface Field<T> {
  readonly isOptional: boolean;
  readonly problem: (value: unknown) => string | undefined;
  /** The number of the error for this field where the description gives it one. */
  readonly code?: number | undefined;
  /** Carries the type; never there. */
  readonly type?: T;
}

type Fields = Readonly<Record<string, Field<unknown>>>;
type Checked<F extends Fields> = {
  readonly [K in keyof F]: F[K] extends Field<infer T> ? T : never;
};

export interface BodyCheck {
  /** Number of the error where the field has none of its own. */
  readonly code: number;
  /** Only some of the fields may come: an update. */
  readonly isUpdate?: boolean;
}

/**
 * Checks a body strictly: an object, no unknown field, none missing, every type right. A real console
 * lets more through; here a mistake of the client must show. Null stands for absent where it may be.
 */
export function checkBody<F extends Fields>(
  body: unknown,
  fields: F,
  { code, isUpdate = false }: BodyCheck,
): Checked<F> {
  if (body === undefined) {
    throw new Refusal(422, 10, 'Request body must be populated for body parameter "data"');
  }
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new Refusal(422, code, 'a JSON object is expected as body');
  }
  const values = body as Readonly<Record<string, unknown>>;
  for (const name of Object.keys(values)) {
    if (!Object.hasOwn(fields, name)) throw new Refusal(422, code, `unknown field "${name}"`);
  }
  const checked: Record<string, unknown> = {};
  for (const [name, field] of Object.entries(fields)) {
    const value = values[name];
    if (value === undefined || (value === null && field.isOptional)) {
      if (field.isOptional || isUpdate) continue;
      throw new Refusal(422, field.code ?? code, `field "${name}" is missing`);
    }
    const problem = field.problem(value);
    if (problem !== undefined) {
      throw new Refusal(422, field.code ?? code, `field "${name}": ${problem}`);
    }
    checked[name] = value;
  }
  return checked as Checked<F>;
}

export function text(maxLength: number, code?: number): Field<string> {
  return field((value) => {
    if (typeof value !== 'string') return 'a string is expected';
    if (value.trim() === '') return 'is empty';
    return value.length > maxLength ? `longer than ${maxLength} characters` : undefined;
  }, code);
}

/** A string that may be empty. */
export function anyText(maxLength: number, code?: number): Field<string> {
  return field((value) => {
    if (typeof value !== 'string') return 'a string is expected';
    return value.length > maxLength ? `longer than ${maxLength} characters` : undefined;
  }, code);
}

export function integer(min: number, max: number, code?: number): Field<number> {
  return field((value) => {
    if (!Number.isInteger(value)) return 'an integer is expected';
    const isInside = (value as number) >= min && (value as number) <= max;
    return isInside ? undefined : `not from ${min} to ${max}`;
  }, code);
}

export function flag(code?: number): Field<boolean> {
  return field((value) => (typeof value === 'boolean' ? undefined : 'a boolean is expected'), code);
}

export function oneOf<const T extends string>(values: readonly T[], code?: number): Field<T> {
  return field(
    (value) => (values.includes(value as T) ? undefined : `one of ${values.join(', ')} expected`),
    code,
  );
}

/** A list of objects with these fields. */
export function listOf<F extends Fields>(fields: F, code: number): Field<readonly Checked<F>[]> {
  return field((value) => {
    if (!Array.isArray(value)) return 'a list is expected';
    for (const item of value) checkBody(item, fields, { code });
    return undefined;
  }, code);
}

export function integers(code?: number): Field<readonly number[]> {
  return field((value) => {
    const isList = Array.isArray(value) && value.every((one) => Number.isInteger(one));
    return isList ? undefined : 'a list of integers is expected';
  }, code);
}

export function optional<T>(inner: Field<T>): Field<T | undefined> {
  return { ...inner, isOptional: true };
}

/** What only the console sets: may come back in an update as it was read, and is left aside. */
export function readOnly(): Field<unknown> {
  return { isOptional: true, problem: () => undefined };
}

function field<T>(
  problem: (value: unknown) => string | undefined,
  code: number | undefined,
): Field<T> {
  return { isOptional: false, problem, code };
}
