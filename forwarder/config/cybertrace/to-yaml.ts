import { formatPath, type ConfigPath } from '../config-path.js';

/**
 * The text of a configuration, with comments above the keys and entries they belong to (by formatPath)
 * and a heading.
 */
export async function configText(
  value: Readonly<Record<string, unknown>>,
  comments: ReadonlyMap<string, string>,
  heading: string,
): Promise<string> {
  const yaml = await import('yaml');
  const document = new yaml.Document(inOrder(value), { aliasDuplicateObjects: false });
  document.commentBefore = comment(heading);
  const place = (node: unknown, path: ConfigPath): void => {
    if (yaml.isMap(node)) {
      for (const pair of node.items) {
        const key = yaml.isScalar(pair.key) ? pair.key : undefined;
        const inner = [...path, typeof key?.value === 'string' ? key.value : ''];
        if (key !== undefined) {
          key.spaceBefore = path.length === 0 && pair !== node.items[0];
          key.commentBefore = comment(comments.get(formatPath(inner)));
        }
        place(pair.value, inner);
      }
    } else if (yaml.isSeq(node)) {
      node.items.forEach((item, at) => {
        const inner = [...path, at];
        const said = comment(comments.get(formatPath(inner)));
        if (yaml.isNode(item) && said !== null) item.commentBefore = said;
        place(item, inner);
      });
    }
  };
  place(document.contents, []);
  return document.toString({ lineWidth: 0, singleQuote: true });
}

/** The order of the sections, as events pass through them; others behind. */
const sections: readonly string[] = [
  'profile identifier intake sources feeds downloads matching evaluation dialects delivery',
].flatMap((line) => line.split(' '));

function inOrder(value: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const rank = (key: string): number =>
    sections.includes(key) ? sections.indexOf(key) : sections.length;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => rank(a) - rank(b)));
}

function comment(text: string | undefined): string | null {
  return text === undefined
    ? null
    : text
        .split('\n')
        .map((line) => ` ${line}`)
        .join('\n');
}
