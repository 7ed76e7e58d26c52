import { cleanText, isAttributeKey } from '../../dsm/leef/text.js';
import type { OutcomeKind } from '../core/index.js';
import type { TemplateProblem } from './template-problem.js';
import { itemNames, templateBlocks, templateHelpers, templateNames } from './template-names.js';
import type { NameType } from './template-names.js';

type Names = Readonly<Record<string, NameType>>;
type Call = hbs.AST.MustacheStatement | hbs.AST.SubExpression | hbs.AST.BlockStatement;

/** Walks a parsed template with the names that are known at each place, and collects its problems. */
export class TemplateWalker {
  readonly problems: TemplateProblem[] = [];
  readonly #file: string;
  readonly #kind: OutcomeKind;
  /** The names at this place, the innermost block first. */
  #scopes: readonly Names[];

  constructor(kind: OutcomeKind, file: string) {
    this.#kind = kind;
    this.#file = file;
    this.#scopes = [templateNames[kind]];
  }

  walk(program: hbs.AST.Program): void {
    for (const statement of program.body) this.#statement(statement);
  }

  #statement(node: hbs.AST.Statement): void {
    switch (node.type) {
      case 'ContentStatement':
        this.#content(node as hbs.AST.ContentStatement);
        break;
      case 'CommentStatement':
        break;
      case 'MustacheStatement':
        this.#mustache(node as hbs.AST.MustacheStatement);
        break;
      case 'BlockStatement':
        this.#block(node as hbs.AST.BlockStatement);
        break;
      case 'PartialStatement':
      case 'PartialBlockStatement':
        this.#report(
          node,
          'partials ({{> …}}) are not allowed',
          'write the text into the template',
        );
        break;
      default:
        this.#report(node, 'this tag is not allowed', 'see docs/reference/templates.md');
    }
  }

  #content(node: hbs.AST.ContentStatement): void {
    if (/[^\t\r\n\P{Cc}]|[\u2028\u2029]/u.test(node.value)) {
      this.#report(
        node,
        'the text holds a control character',
        'remove it; only TAB may stand there',
      );
    }
  }

  #mustache(node: hbs.AST.MustacheStatement): void {
    // Handlebars tells {{{x}}} and {{&x}} from {{x}} by this flag.
    if (!node.escaped) {
      this.#report(node, 'unescaped tags ({{{…}}}, {{&…}}) are not allowed', 'write {{…}}');
    }
    if (isHelper(node.path)) this.#call(node);
    else if (node.params.length > 0 || hashOf(node).length > 0) this.#unknownHelper(node);
    else this.#text(node.path);
  }

  #block(node: hbs.AST.BlockStatement): void {
    const name = node.path.original;
    if (!templateBlocks.includes(name)) {
      this.#report(node, `unknown block {{#${name}}}`, `there are ${templateBlocks.join(', ')}`);
      return;
    }
    const [argument] = node.params;
    if (argument === undefined || node.params.length !== 1 || hashOf(node).length > 0) {
      this.#report(node, `{{#${name}}} takes one name`, 'see docs/reference/templates.md');
      return;
    }
    const blockNames = node.program.blockParams as readonly string[] | undefined;
    if (blockNames !== undefined && blockNames.length > 0) {
      this.#report(
        node,
        'names for a block (as |…|) are not allowed',
        'use {{name}} and {{value}}',
      );
    }
    const isList = name === 'each';
    const type = this.#typeOf(argument);
    if (type !== undefined && isList !== (type === 'list')) {
      const hint = isList ? 'the list is {{#each context}}' : 'use a text or a flag';
      this.#report(argument, `{{#${name}}} cannot take this`, hint);
    }
    const outer = this.#scopes;
    // A thousand fields a thousand times over would take longer than a detection may.
    if (isList && outer.includes(itemNames)) {
      const hint = 'one list after the other can be written';
      this.#report(node, '{{#each}} inside {{#each}} is not allowed', hint);
    }
    if (isList) this.#scopes = [itemNames, ...outer];
    this.walk(node.program);
    this.#scopes = outer;
    // Handlebars leaves the program of {{else}} out when there is none.
    const inverse = node.inverse as hbs.AST.Program | undefined;
    if (inverse !== undefined) this.walk(inverse);
  }

  #call(node: Exclude<Call, hbs.AST.BlockStatement>): void {
    const { original: name } = node.path as hbs.AST.PathExpression;
    const wanted = templateHelpers[name];
    if (node.params.length !== wanted || hashOf(node).length > 0) {
      this.#report(
        node,
        `${name} takes ${wanted ?? 0} arguments`,
        'see docs/reference/templates.md',
      );
    }
    if (name === 'value' && this.#kind !== 'detect') {
      this.#report(node, 'value is only for detections', 'status and evaluation have no event');
    }
    for (const parameter of node.params) this.#text(parameter);
    const [key] = node.params;
    if (key !== undefined && (name === 'attr' || name === 'optional')) this.#key(key);
  }

  /** Keys come from the template's author or from contextItems, which makes them legal. */
  #key(node: hbs.AST.Expression): void {
    if (node.type === 'StringLiteral') {
      const text = (node as hbs.AST.StringLiteral).value;
      if (isAttributeKey(text)) return;
      this.#report(node, `"${text}" is no key`, 'use ASCII letters, digits and _');
      return;
    }
    const path = node as hbs.AST.PathExpression;
    const isItemName = node.type === 'PathExpression' && path.original === 'name';
    if (isItemName && this.#scopes[0] === itemNames) return;
    this.#report(
      node,
      'a value cannot be a key',
      'write the key as "text"; in {{#each context}} use name',
    );
  }

  /** An expression whose value is written. */
  #text(node: hbs.AST.Expression): void {
    const type = this.#typeOf(node);
    if (type === 'flag' || type === 'list') {
      const hint = type === 'flag' ? 'use it in {{#if …}}' : 'use it in {{#each …}}';
      this.#report(node, `a ${type} cannot be written`, hint);
    }
  }

  /** The type of an expression; undefined when it is wrong, which is reported here. */
  #typeOf(node: hbs.AST.Expression): NameType | undefined {
    switch (node.type) {
      case 'StringLiteral':
        this.#literal(node as hbs.AST.StringLiteral);
        return 'text';
      case 'NumberLiteral':
        return 'text';
      case 'PathExpression':
        return this.#typeOfPath(node as hbs.AST.PathExpression);
      case 'SubExpression': {
        const call = node as hbs.AST.SubExpression;
        if (call.path.original === 'value') this.#call(call);
        else this.#unknownHelper(call, 'inside a tag there is only (value "RULE")');
        return 'text';
      }
      default:
        this.#report(node, 'true, false, null and undefined are not allowed', 'use a name');
        return undefined;
    }
  }

  #literal(node: hbs.AST.StringLiteral): void {
    if (cleanText(node.value) !== node.value) {
      this.#report(node, 'the text holds a control character or outer blanks', 'remove them');
    }
  }

  #typeOfPath(path: hbs.AST.PathExpression): NameType | undefined {
    const names = this.#scopes[path.depth] ?? {};
    const [name] = path.parts;
    const isPlain =
      !path.data && path.parts.length === 1 && !/^(?:\.\/|this\b)/.test(path.original);
    if (isPlain && name !== undefined && Object.hasOwn(names, name)) return names[name];
    const known = Object.keys(names).sort().join(', ');
    this.#report(
      path,
      `unknown name ${path.original}`,
      known === '' ? 'there is no block around this one' : `there are ${known}`,
    );
    return undefined;
  }

  #unknownHelper(node: Call, hint?: string): void {
    const { original } = node.path as hbs.AST.PathExpression;
    const helpers = Object.keys(templateHelpers).join(', ');
    this.#report(node, `unknown helper ${original}`, hint ?? `there are ${helpers}`);
  }

  #report(node: hbs.AST.Node, message: string, hint: string): void {
    this.problems.push({ file: this.#file, line: node.loc.start.line, message, hint });
  }
}

function isHelper(path: hbs.AST.PathExpression | hbs.AST.Literal): boolean {
  if (path.type !== 'PathExpression') return false;
  return Object.hasOwn(templateHelpers, (path as hbs.AST.PathExpression).original);
}

function hashOf(node: Call): readonly hbs.AST.HashPair[] {
  // Handlebars leaves the hash out when there is none.
  return (node.hash as hbs.AST.Hash | undefined)?.pairs ?? [];
}
