import { flatFields } from '../core/index.js';
import type { ContextField, FieldTree } from '../core/index.js';

export { isObject, scalarText } from '../core/index.js';

/** The readers have limits of their own, of which these are none. */
const noLimits = { fields: Number.POSITIVE_INFINITY, depth: Number.POSITIVE_INFINITY };

/**
 * The context fields of one record, in its order, under its own names; see flatFields(). The record
 * must not be nested deeper than a call stack bears; the readers' limits see to that.
 */
export function contextOf(record: FieldTree): readonly ContextField[] {
  return flatFields(record, noLimits) ?? [];
}
