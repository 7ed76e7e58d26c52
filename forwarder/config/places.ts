import { formatPath, valueAt } from './config-path.js';
import type { ConfigPath } from './config-path.js';
import type { Place } from './problems.js';
import type { Source } from './read-source.js';

/** Finds out where the value of a place came from. */
export interface PlaceFinder {
  /**
   * Where the value stands, or its key when `isKey`. For a place that does not exist: where its
   * nearest existing parent is.
   */
  placeOf(path: ConfigPath, isKey?: boolean): Place;
  /** Where the value itself was given; undefined when it is a default. */
  givenAt(path: ConfigPath): Place | undefined;
}

/**
 * `overridden` is from apply-overrides and `merged` what came of it; `file` is absent for the built-in
 * default.
 */
export function createPlaceFinder(
  overridden: ReadonlyMap<string, Place>,
  merged: unknown,
  file: { readonly name: string; readonly source: Source } | undefined,
): PlaceFinder {
  /** The override that put a place there; `undefined` when the file (or nothing) did. */
  function overrideOf(path: ConfigPath): Place | undefined {
    for (let length = path.length; length >= 0; length -= 1) {
      const place = overridden.get(formatPath(path.slice(0, length)));
      if (place !== undefined) return place;
    }
    return undefined;
  }

  function inFile(path: ConfigPath, isKey: boolean): Place | undefined {
    if (file === undefined) return undefined;
    const { keyPositions, valuePositions } = file.source;
    const name = formatPath(path);
    const key = keyPositions.get(name);
    const position = isKey ? (key ?? valuePositions.get(name)) : (valuePositions.get(name) ?? key);
    return position && { kind: 'file', file: file.name, ...position };
  }

  return {
    placeOf(path, isKey = false) {
      const override = overrideOf(path);
      if (override !== undefined) return override;
      const exact = inFile(path, isKey);
      if (exact !== undefined) return exact;
      for (let length = path.length - 1; length >= 0; length -= 1) {
        // A key that is missing is missed where its holder begins: at the holder's own key.
        const parent = inFile(path.slice(0, length), length > 0);
        if (parent !== undefined) return parent;
      }
      return file === undefined
        ? { kind: 'built-in' }
        : { kind: 'file', file: file.name, line: 1, column: 1 };
    },
    givenAt: (path) =>
      valueAt(merged, path) === undefined
        ? undefined
        : (overrideOf(path) ?? inFile(path, false) ?? { kind: 'built-in' }),
  };
}
