import { buildBundle, defaultBundleSettings } from '../../../dsm/content/index.js';
import type { BundleFile } from '../../../dsm/content/index.js';

/** The bundle with the values of the guides, as it is committed. */
export const defaultBundle: readonly BundleFile[] = buildBundle(defaultBundleSettings);

/** The text of one of its files; throws when there is no such file. */
export function textOf(path: string, files: readonly BundleFile[] = defaultBundle): string {
  const found = files.find((file) => file.path === path);
  if (found === undefined) throw new Error(`the bundle has no ${path}`);
  return Buffer.from(found.content).toString('utf8');
}

export function linesOf(path: string, files?: readonly BundleFile[]): readonly string[] {
  const text = textOf(path, files);
  if (!text.endsWith('\n')) throw new Error(`${path} does not end with a line end`);
  return text.slice(0, -1).split('\n');
}
