import { headerStart } from '../../dsm/leef/encode.js';
import { headerField } from '../../dsm/leef/text.js';
import type { TemplateWriter } from './template-writer.js';

/** The names that may be read at a place of a template, and those around it (`../`). */
export interface Place {
  readonly names: object;
  readonly outer: Place | undefined;
}

/** Gives the text that a part of a template writes. */
export type Step = (place: Place, writer: TemplateWriter) => string;

/** The steps of a part of a template that the check found nothing wrong with. */
export function stepsOf(program: hbs.AST.Program | undefined): readonly Step[] {
  return (program?.body ?? []).flatMap((node) => stepOf(node) ?? []);
}

/** What all steps write, one after the other. */
export function writeAll(steps: readonly Step[], place: Place, writer: TemplateWriter): string {
  let text = '';
  for (const step of steps) text += step(place, writer);
  return text;
}

function stepOf(node: hbs.AST.Statement): Step | undefined {
  switch (node.type) {
    case 'ContentStatement': {
      const { value } = node as hbs.AST.ContentStatement;
      return () => value;
    }
    case 'CommentStatement':
      return undefined;
    case 'MustacheStatement': {
      const tag = node as hbs.AST.MustacheStatement;
      return callStep(tag) ?? nameStep(tag.path);
    }
    case 'BlockStatement':
      return blockStep(node as hbs.AST.BlockStatement);
    default:
      throw new Error(`a template cannot hold a ${node.type}`);
  }
}

/** A name that stands alone. Handlebars takes even a text or a number for one there. */
function nameStep(path: hbs.AST.PathExpression | hbs.AST.Literal): Step {
  const read = path.type === 'PathExpression' ? readerOf(path) : nameReader(writtenAs(path), 0);
  return (place, writer) => {
    const value = read(place, writer);
    if (value === undefined) throw new Error(`${writtenAs(path)} is not defined`);
    return textOf(value);
  };
}

/** A call of one of the helpers (template-names.ts); undefined where none is called. */
function callStep({
  path,
  params,
}: hbs.AST.MustacheStatement | hbs.AST.SubExpression): Step | undefined {
  const [first = nothing, second = nothing] = params.map(textStep);
  switch (path.type === 'PathExpression' && writtenAs(path)) {
    case 'leefHeader':
      return headerStep(params);
    case 'attr':
      return (place, writer) => writer.attribute(first(place, writer), second(place, writer));
    case 'optional':
      return (place, writer) => {
        const value = second(place, writer);
        return value === '' ? '' : writer.attribute(first(place, writer), value);
      };
    case 'value':
      return (place, writer) => writer.eventValue(first(place, writer));
    default:
      return undefined;
  }
}

/** Vendor, product and version are written by the template's author as a rule, and cleaned once. */
function headerStep(params: readonly hbs.AST.Expression[]): Step {
  const [vendor = nothing, product = nothing, version = nothing, event = nothing] =
    params.map(textStep);
  const start: Step = (place, writer) =>
    headerStart(vendor(place, writer), product(place, writer), version(place, writer));
  const [first, second, third] = params.map(literalOf);
  const known =
    first === undefined || second === undefined || third === undefined
      ? undefined
      : headerStart(first, second, third);
  return (place, writer) => `${known ?? start(place, writer)}${headerField(event(place, writer))}|`;
}

function blockStep({ path, params, program, inverse }: hbs.AST.BlockStatement): Step {
  const [parameter] = params;
  const steps = stepsOf(program);
  const otherwise = stepsOf(inverse);
  if (writtenAs(path) === 'each') {
    const read = readerOf(parameter);
    return (outer, writer) => {
      const items = read(outer, writer) as readonly object[];
      if (items.length === 0) return writeAll(otherwise, outer, writer);
      let text = '';
      for (const names of items) text += writeAll(steps, { names, outer }, writer);
      return text;
    };
  }
  const isTrue = readerOf(parameter);
  const [whenTrue, whenFalse] = writtenAs(path) === 'if' ? [steps, otherwise] : [otherwise, steps];
  return (place, writer) => writeAll(isTrue(place, writer) ? whenTrue : whenFalse, place, writer);
}

/** Reads a value as it is: a text, a number, a flag or the list. */
type Reader = (place: Place, writer: TemplateWriter) => unknown;

function readerOf(node: hbs.AST.Expression | undefined): Reader {
  switch (node?.type) {
    case 'StringLiteral':
    case 'NumberLiteral': {
      const { value } = node as hbs.AST.StringLiteral | hbs.AST.NumberLiteral;
      return () => value;
    }
    case 'PathExpression': {
      const { parts, depth } = node as hbs.AST.PathExpression;
      return nameReader(String(parts[0]), depth);
    }
    case 'SubExpression':
      return callStep(node as hbs.AST.SubExpression) ?? nothing;
    default:
      return nothing;
  }
}

/** Reads a name; `depth` says how many lists around this place it belongs to (`../`). */
function nameReader(name: string, depth: number): Reader {
  return (place) => {
    let names: object | undefined = place.names;
    let outer = place.outer;
    for (let left = depth; left > 0; left -= 1) {
      names = outer?.names;
      outer = outer?.outer;
    }
    return (names as Readonly<Record<string, unknown>> | undefined)?.[name];
  };
}

/** Writes a value as text. */
function textStep(node: hbs.AST.Expression): Step {
  const literal = literalOf(node);
  if (literal !== undefined) return () => literal;
  const read = readerOf(node);
  return (place, writer) => textOf(read(place, writer));
}

function literalOf(node: hbs.AST.Expression): string | undefined {
  const isLiteral = node.type === 'StringLiteral' || node.type === 'NumberLiteral';
  return isLiteral ? textOf((node as hbs.AST.StringLiteral).value) : undefined;
}

function writtenAs(path: hbs.AST.PathExpression | hbs.AST.Literal): string {
  return (path as hbs.AST.PathExpression).original;
}

const nothing = (): string => '';

/** The check refuses names that are no text, so this sees texts and the numbers of a template. */
function textOf(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return value;
    case 'number':
    case 'boolean':
      return String(value);
    default:
      return '';
  }
}
