import type { Comparison, Literal, ObjectPath, PathStep, Pattern, Qualifier } from './pattern.js';

const plainName = /^[A-Za-z_][A-Za-z0-9_]*$/;
const tags = { text: '', number: '', boolean: '', binary: 'b', hex: 'h', time: 't' } as const;
const words = { and: ' AND ', or: ' OR ', 'followed-by': ' FOLLOWEDBY ' } as const;

/** A pattern as text; parsePattern() of it gives the same tree. */
export function printPattern(pattern: Pattern): string {
  switch (pattern.kind) {
    case 'observation':
      return `[${printComparison(pattern.test)}]`;
    case 'qualified':
      return `${group(pattern.pattern)} ${printQualifier(pattern.qualifier)}`;
    case 'and':
    case 'or':
    case 'followed-by':
      return pattern.parts.map(group).join(words[pattern.kind]);
    default:
      return pattern satisfies never;
  }
}

function group(pattern: Pattern): string {
  const text = printPattern(pattern);
  return pattern.kind === 'observation' || pattern.kind === 'qualified' ? text : `(${text})`;
}

function printQualifier(qualifier: Qualifier): string {
  switch (qualifier.kind) {
    case 'within':
      return `WITHIN ${qualifier.seconds} SECONDS`;
    case 'repeats':
      return `REPEATS ${qualifier.times} TIMES`;
    case 'between':
      return `START t${quote(qualifier.start)} STOP t${quote(qualifier.stop)}`;
    default:
      return qualifier satisfies never;
  }
}

/** A comparison as text, for patterns and for messages. */
export function printComparison(comparison: Comparison): string {
  switch (comparison.kind) {
    case 'and':
    case 'or':
      return comparison.parts
        .map((part) => {
          const text = printComparison(part);
          return part.kind === 'and' || part.kind === 'or' ? `(${text})` : text;
        })
        .join(words[comparison.kind]);
    case 'exists':
      return `EXISTS ${printPath(comparison.path)}`;
    case 'test': {
      const { path, isNegated, operator, values } = comparison;
      const texts = values.map(printLiteral).join(', ');
      const operand = operator === 'IN' ? `(${texts})` : texts;
      return `${printPath(path)} ${isNegated ? 'NOT ' : ''}${operator} ${operand}`;
    }
    default:
      return comparison satisfies never;
  }
}

/** `file:hashes.'SHA-256'`, `domain-name:resolves_to_refs[*].value`. */
export function printPath({ type, steps }: ObjectPath): string {
  const text = steps.map(printStep).join('');
  return `${type}:${text.startsWith('.') ? text.slice(1) : text}`;
}

function printStep(step: PathStep): string {
  if (step.kind === 'index') return `[${step.index}]`;
  return `.${plainName.test(step.name) ? step.name : quote(step.name)}`;
}

function printLiteral({ kind, text }: Literal): string {
  return kind === 'number' || kind === 'boolean' ? text : `${tags[kind]}${quote(text)}`;
}

function quote(text: string): string {
  return `'${text.replace(/['\\]/g, '\\$&')}'`;
}
