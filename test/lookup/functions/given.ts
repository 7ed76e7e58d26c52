import { functionNamed } from '../../../forwarder/lookup/functions/index.js';
import type { KlValue } from '../../../forwarder/lookup/kl-fields.js';
import type { Report } from '../../../forwarder/lookup/lookup-result.js';

/** The fields a function makes of a reply, in their order. */
export function given(name: string, report: Report): readonly (readonly [string, KlValue])[] {
  return [
    ...(functionNamed(name)?.fields(report) ?? [['there is no such function', name]]),
  ] as const;
}

/** The same, by name. */
export function fieldsBy(name: string, report: Report): Readonly<Record<string, KlValue>> {
  return Object.fromEntries(given(name, report));
}
