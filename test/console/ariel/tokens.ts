import { Refusal } from '../api/answer.js';

export interface Token {
  /** `name`: in double quotes; `text`: in single quotes; `word`: bare. */
  readonly kind: 'word' | 'name' | 'text' | 'number' | 'sign';
  readonly value: string;
}

const pattern =
  /\s*(?:'((?:[^']|'')*)'|"([^"]+)"|(\d+(?:\.\d+)?)(?![\w.])|([A-Za-z_]\w*)|(<=|>=|!=|<>|[=<>(),*/+-]))/y;

/** Cuts AQL into words, names, texts, numbers and signs. Throws what the API answers to bad AQL. */
export function tokensOf(aql: string): readonly Token[] {
  const tokens: Token[] = [];
  const end = aql.trimEnd().length;
  pattern.lastIndex = 0;
  while (pattern.lastIndex < end) {
    const at = pattern.lastIndex;
    const found = pattern.exec(aql);
    if (found === null) throw badAql(`cannot read "${aql.slice(at, at + 40)}"`);
    const [, text, name, number, word, sign] = found;
    if (text !== undefined) tokens.push({ kind: 'text', value: text.replaceAll("''", "'") });
    else if (name !== undefined) tokens.push({ kind: 'name', value: name });
    else if (number !== undefined) tokens.push({ kind: 'number', value: number });
    else if (word !== undefined) tokens.push({ kind: 'word', value: word });
    else tokens.push({ kind: 'sign', value: sign ?? '' });
  }
  return tokens;
}

export function badAql(problem: string): Refusal {
  return new Refusal(422, 2000, `Invalid query expression: ${problem}`);
}
