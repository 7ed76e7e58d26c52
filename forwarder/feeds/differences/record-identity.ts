import type { FieldTree, Indicator } from '../../core/index.js';

/** What a record is known by across files: its `id` and its set of indicators. */
export interface RecordIdentity {
  readonly byId: string | undefined;
  readonly byIndicators: string | undefined;
}

/** An `id` is a text or a number; one of 20 digits comes as text with all of them. */
export function idKey(id: unknown): string | undefined {
  if (typeof id === 'number') return `id ${id}`;
  return typeof id === 'string' && id !== '' ? `id ${id}` : undefined;
}

/** A set of indicators: their order is nothing. */
export function indicatorsKey(indicators: readonly Indicator[]): string | undefined {
  if (indicators.length === 0) return undefined;
  const [only] = indicators;
  if (indicators.length === 1 && only !== undefined) return `of ${only.kind} ${only.value}`;
  const parts = indicators.map(({ kind, value }) => `${kind} ${value}`);
  return `of ${parts.sort().join('\n')}`;
}

export function identityOf(
  fields: FieldTree | undefined,
  indicators: readonly Indicator[],
): RecordIdentity {
  const id = fields !== undefined && Object.hasOwn(fields, 'id') ? fields['id'] : undefined;
  return { byId: idKey(id), byIndicators: indicatorsKey(indicators) };
}
