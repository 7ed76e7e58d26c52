import { readFile, realpath } from 'node:fs/promises';

import type * as Yaml from 'yaml';
import type { Document, Node } from 'yaml';

import { messageOf, ServiceError } from '../core/index.js';
import type { ConfigPath } from './config-path.js';
import { isXml } from './cybertrace/is-xml.js';
import { findConfigFile } from './find-file.js';
import { writeOwnedFile } from './owned-file.js';
import { readSource } from './read-source.js';

/** One change of a configuration file. */
export interface ConfigEdit {
  readonly path: ConfigPath;
  /** Plain data; undefined takes the key away. */
  readonly value: unknown;
  /** Stands above the key, where the key is new. */
  readonly comment?: string;
  /** Of a list: what makes an entry the same as one that is there, which then keeps its other keys. */
  readonly sameEntry?: (entry: unknown) => string | undefined;
}

/** A configuration file as it is written: references of secrets are not followed. */
export interface RawConfig {
  readonly text: string;
  /** Undefined when the text is no YAML. */
  readonly value: unknown;
}

/** Reads a file as it stands; undefined when there is none. Throws ServiceError TF_CONFIG. */
export async function readRawConfig(path: string): Promise<RawConfig | undefined> {
  const isThere = await realpath(path).then(
    () => true,
    () => false,
  );
  const file = isThere ? await findConfigFile(path, '.') : undefined;
  if (file === undefined) return undefined;
  const { value, problems } = await readSource(file.text);
  return { text: file.text, value: problems.length > 0 ? undefined : value };
}

/**
 * Applies changes to the text of a configuration; without one a new text is made that begins with
 * `heading`. Everything else stays as it is written, comments too.
 */
export async function editConfigText(
  text: string | undefined,
  edits: readonly ConfigEdit[],
  heading: string,
): Promise<string> {
  if (text !== undefined && isXml(text)) {
    throw new ServiceError('TF_USAGE', 'a configuration of CyberTrace is not changed', {
      hint: 'make forwarder.yaml of it: threat-forwarder import FILE',
    });
  }
  const yaml = await import('yaml');
  const document: Document = text === undefined ? new yaml.Document({}) : yaml.parseDocument(text);
  if (!yaml.isMap(document.contents)) document.contents = document.createNode({});
  if (text === undefined) document.commentBefore = commentText(heading);
  for (const edit of edits) apply(yaml, document, edit);
  return document.toString({ lineWidth: 0 });
}

/**
 * Writes a configuration file (see writeOwnedFile); one that was there is kept beside it as
 * `FILE.bak`, and its path given. Throws ServiceError TF_CONFIG when the disk does not take it.
 */
export async function writeConfigFile(
  path: string,
  text: string,
  check: (temporaryPath: string) => Promise<void>,
): Promise<{ readonly backup?: string }> {
  try {
    // Of a link the file behind it is replaced, not the link.
    const target = await realpath(path).catch(() => path);
    const old = await readFile(target, 'utf8').catch(() => undefined);
    const backup = old === undefined ? undefined : `${target}.bak`;
    await writeOwnedFile(target, text, async (temporary) => {
      await check(temporary);
      if (backup !== undefined && old !== undefined) await writeOwnedFile(backup, old);
    });
    return backup === undefined ? {} : { backup };
  } catch (error) {
    if (error instanceof ServiceError) throw error;
    throw new ServiceError('TF_CONFIG', `cannot write the configuration: ${messageOf(error)}`, {
      where: path,
      hint: 'name a file in a folder that you may write to with --config FILE',
      cause: error,
    });
  }
}

function apply(yaml: typeof Yaml, document: Document, edit: ConfigEdit): void {
  const { path, value, comment, sameEntry } = edit;
  if (value === undefined) {
    if (document.hasIn(path)) document.deleteIn(path);
    return;
  }
  const isNew = !document.hasIn(path);
  makeHolders(yaml, document, path);
  const old = document.getIn(path, true);
  const isKept = sameEntry !== undefined && yaml.isSeq(old) && Array.isArray(value);
  if (isKept) {
    const entries = old.items as Node[];
    old.items = value.map((entry) => entryNode(yaml, document, entry, entries, sameEntry));
  } else {
    document.setIn(path, typeof value === 'object' ? document.createNode(value) : value);
  }
  if (isNew && comment !== undefined) setComment(yaml, document, path, comment);
}

/** The node of an entry: the one that is there, with what is new in it, or a new one. */
function entryNode(
  yaml: typeof Yaml,
  document: Document,
  entry: unknown,
  old: readonly Node[],
  sameEntry: (entry: unknown) => string | undefined,
): Node {
  const name = sameEntry(entry);
  const same = old.find((node) => name !== undefined && sameEntry(node.toJS(document)) === name);
  if (same === undefined) return document.createNode(entry);
  if (typeof entry !== 'object' || entry === null) return same;
  if (!yaml.isMap(same)) return document.createNode(entry);
  for (const [key, value] of Object.entries(entry)) {
    const node: unknown = same.get(key, true);
    const before: unknown = yaml.isNode(node) ? node.toJS(document) : undefined;
    if (JSON.stringify(before) !== JSON.stringify(value)) same.set(key, document.createNode(value));
  }
  return same;
}

/** Sees to it that a key can be set: what was switched off, empty or an alias becomes a mapping. */
function makeHolders(yaml: typeof Yaml, document: Document, path: ConfigPath): void {
  for (let length = 1; length < path.length; length += 1) {
    const prefix = path.slice(0, length);
    const node: unknown = document.getIn(prefix, true);
    if (yaml.isCollection(node)) continue;
    const known: unknown = yaml.isAlias(node) ? node.resolve(document)?.toJS(document) : undefined;
    const holder = typeof known === 'object' && known !== null ? known : {};
    document.setIn(prefix, document.createNode(holder));
  }
}

function setComment(
  yaml: typeof Yaml,
  document: Document,
  path: ConfigPath,
  comment: string,
): void {
  const holder: unknown =
    path.length === 1 ? document.contents : document.getIn(path.slice(0, -1), true);
  // In JSON, and in a mapping on one line, there is no place for it.
  if (!yaml.isMap(holder) || holder.flow === true) return;
  const name = path.at(-1);
  const keyOf = (key: unknown): unknown => (yaml.isScalar(key) ? key.value : key);
  const pair = holder.items.find(({ key }) => keyOf(key) === name);
  if (pair === undefined) return;
  const key = yaml.isScalar(pair.key) ? pair.key : new yaml.Scalar(name);
  key.commentBefore = commentText(comment);
  key.spaceBefore = path.length === 1 && holder.items[0] !== pair;
  pair.key = key;
}

function commentText(text: string): string {
  return text
    .split('\n')
    .map((line) => (line === '' ? '' : ` ${line}`))
    .join('\n');
}
