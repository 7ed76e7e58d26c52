const keys = ['hash', 'ip', 'url'] as const;

/** A value a request carries: `…|url=V|hash=V|ip=V`. */
export interface RequestValue {
  readonly key: 'url' | 'ip' | 'hash';
  readonly text: string;
}

/** A request of KUMA carries a handful; a line made of nothing but values must not cost seconds. */
export const mostRequestValues = 1000;

const [bar, lineFeed, carriageReturn] = [0x7c, 0x0a, 0x0d];

/**
 * The values of a request, found as the program Tracer finds them: all of `hash=`, then all of `ip=`,
 * then all of `url=`, each from its key up to the next `|` or the end of its line. The keys may stand
 * anywhere (`srcip=` counts), within a value too; a key without a value is none.
 *
 *     srcip=192.0.2.1|url=http://a.example/?ip=198.51.100.7|
 *     → ip 192.0.2.1, ip 198.51.100.7, url http://a.example/?ip=198.51.100.7
 *
 * Linear in the text's length. The first `mostRequestValues` only.
 */
export function requestValues(line: string): readonly RequestValue[] {
  const values: RequestValue[] = [];
  for (const key of keys) {
    const mark = `${key}=`;
    for (let at = line.indexOf(mark); at >= 0;) {
      const start = at + mark.length;
      const end = valueEnd(line, start);
      if (end > start) {
        if (values.length === mostRequestValues) return values;
        values.push({ key, text: line.slice(start, end) });
      }
      at = line.indexOf(mark, end);
    }
  }
  return values;
}

function valueEnd(line: string, start: number): number {
  for (let at = start; at < line.length; at++) {
    const code = line.charCodeAt(at);
    if (code === bar || code === lineFeed || code === carriageReturn) return at;
  }
  return line.length;
}
