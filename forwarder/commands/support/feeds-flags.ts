import { ServiceError } from '../../core/index.js';
import type { FieldRule } from '../../feeds/index.js';
import { fieldKinds } from '../../feeds/formats/format.js';

/** Collects an option that may be given several times. */
export function repeated(value: string, before: readonly string[]): readonly string[] {
  return [...before, value];
}

/** The rules of `--field PATH=KIND`; undefined when there are none. Throws ServiceError TF_USAGE. */
export function fieldRules(texts: readonly string[]): readonly FieldRule[] | undefined {
  if (texts.length === 0) return undefined;
  return texts.map((text) => {
    const at = text.lastIndexOf('=');
    const [path, given] = [text.slice(0, Math.max(0, at)), text.slice(at + 1)];
    const kind = fieldKinds.find((known) => known === given);
    if (path !== '' && kind !== undefined) return { path, kind };
    throw new ServiceError('TF_USAGE', `--field must be PATH=KIND, not "${text}"`, {
      hint: `kinds: ${fieldKinds.join(', ')}; for example --field dst_ip=ip`,
    });
  });
}
