const keys = ['hash', 'ip', 'url'] as const;

/** A value a request carries: `…|url=V|hash=V|ip=V`. */
export interface RequestValue {
  readonly key: 'url' | 'ip' | 'hash';
  readonly text: string;
}

/** A request of KUMA carries a handful; a line made of nothing but values must not cost seconds. */
export const mostRequestValues = 1000;

/**
 * The values of a request, found as the program Tracer finds them: all of `hash=`, then all of `ip=`,
 * then all of `url=`, each from its key up to the next `|` or the end of the line. The keys may stand
 * anywhere (`srcip=` counts), within a value too; a key without a value is none.
 *
 *     srcip=192.0.2.1|url=http://a.example/?ip=198.51.100.7|
 *     → ip 192.0.2.1, ip 198.51.100.7, url http://a.example/?ip=198.51.100.7
 *
 * Linear in the line's length. The first `mostRequestValues` only.
 */
export function requestValues(line: string): readonly RequestValue[] {
  const values: RequestValue[] = [];
  for (const key of keys) {
    const mark = `${key}=`;
    let at = line.indexOf(mark);
    while (at >= 0) {
      const start = at + mark.length;
      const bar = line.indexOf('|', start);
      const end = bar < 0 ? line.length : bar;
      if (end > start) {
        if (values.length === mostRequestValues) return values;
        values.push({ key, text: line.slice(start, end) });
      }
      at = line.indexOf(mark, end);
    }
  }
  return values;
}
