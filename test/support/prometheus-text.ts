/** One line of the text format. */
export interface ParsedSample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export interface ParsedFamily {
  readonly name: string;
  readonly help: string;
  readonly type: string;
  readonly samples: readonly ParsedSample[];
}

/**
 * Reads the Prometheus text format 0.0.4 strictly, by its specification and not by how we write it.
 * Throws at the first line that is not of the format, at a family that comes twice or without HELP and
 * TYPE, at a sample of another family in between, and at a series that comes twice.
 */
export function parsePrometheusText(text: string): readonly ParsedFamily[] {
  if (!text.endsWith('\n')) throw new Error('the last line has no end');
  const families: { name: string; help: string; type: string; samples: ParsedSample[] }[] = [];
  const seen = new Set<string>();
  let help: { name: string; text: string } | undefined;
  for (const line of text.split('\n')) {
    if (line === '') continue;
    const comment = /^# (HELP|TYPE) ([a-zA-Z_:][a-zA-Z0-9_:]*) (.*)$/.exec(line);
    if (comment !== null) {
      const [, kind = '', name = '', rest = ''] = comment;
      if (kind === 'HELP') {
        help = { name, text: rest };
        continue;
      }
      if (help?.name !== name) throw new Error(`TYPE without HELP: ${line}`);
      if (!/^(counter|gauge|histogram|summary|untyped)$/.test(rest)) throw new Error(line);
      if (families.some((family) => family.name === name)) throw new Error(`twice: ${line}`);
      families.push({ name, help: help.text, type: rest, samples: [] });
      continue;
    }
    if (line.startsWith('#')) throw new Error(`neither HELP nor TYPE: ${line}`);
    const sample = parseSample(line);
    const family = families.at(-1);
    if (family === undefined || !belongs(sample.name, family)) {
      throw new Error(`a sample outside its family: ${line}`);
    }
    const key = `${sample.name} ${JSON.stringify(Object.entries(sample.labels).sort())}`;
    if (seen.has(key)) throw new Error(`a series comes twice: ${line}`);
    seen.add(key);
    family.samples.push(sample);
  }
  return families;
}

function belongs(name: string, family: { readonly name: string; readonly type: string }): boolean {
  if (family.type !== 'histogram') return name === family.name;
  return ['_bucket', '_sum', '_count'].some((suffix) => name === family.name + suffix);
}

function parseSample(line: string): ParsedSample {
  const name = /^[a-zA-Z_:][a-zA-Z0-9_:]*/.exec(line)?.[0];
  if (name === undefined) throw new Error(`no name: ${line}`);
  let at = name.length;
  const labels: Record<string, string> = {};
  if (line[at] === '{') {
    at += 1;
    while (line[at] !== '}') {
      const label = /^([a-zA-Z_][a-zA-Z0-9_]*)="/.exec(line.slice(at));
      if (label === null) throw new Error(`no label at ${at}: ${line}`);
      at += label[0].length;
      let value = '';
      while (line[at] !== '"') {
        if (at >= line.length) throw new Error(`a value without end: ${line}`);
        if (line[at] === '\\') {
          const escape = { '\\': '\\', '"': '"', n: '\n' }[line[at + 1] ?? ''];
          if (escape === undefined) throw new Error(`an unknown escape: ${line}`);
          value += escape;
          at += 2;
        } else {
          value += line[at] ?? '';
          at += 1;
        }
      }
      at += 1;
      if (Object.hasOwn(labels, label[1] ?? '')) throw new Error(`a label comes twice: ${line}`);
      labels[label[1] ?? ''] = value;
      if (line[at] === ',') at += 1;
      else if (line[at] !== '}') throw new Error(`no end of the labels: ${line}`);
    }
    at += 1;
  }
  const value = /^ ([+-]Inf|NaN|-?[0-9]+(?:\.[0-9]+)?(?:e[+-]?[0-9]+)?)$/.exec(line.slice(at))?.[1];
  if (value === undefined) throw new Error(`no number: ${line}`);
  return { name, labels, value: Number(value.replace('Inf', 'Infinity')) };
}
