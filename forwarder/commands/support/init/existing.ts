import { resolve } from 'node:path';

import { readRawConfig } from '../../../config/index.js';

/** What an existing configuration says about what is asked; secrets as they are written. */
export interface Existing {
  readonly text: string;
  /** False: it is no YAML, and nothing of it can be kept. */
  readonly isReadable: boolean;
  /** Absolute path of the certificate that feeds show. */
  readonly certificate: string | undefined;
  readonly passphrase: string | undefined;
  readonly proxy: string | undefined;
  readonly feeds: readonly unknown[];
  readonly listen: string | undefined;
  readonly collectors: readonly unknown[];
}

type Mapping = Readonly<Record<string, unknown>>;

/** Reads the file that is there; undefined when there is none. Throws ServiceError TF_CONFIG. */
export async function readExisting(path: string, directory: string): Promise<Existing | undefined> {
  const raw = await readRawConfig(path);
  if (raw === undefined) return undefined;
  const root = mappingOf(raw.value);
  const feeds = listOf(root['feeds']);
  const tls = feeds.map(tlsOf).find(({ cert }) => typeof cert === 'string') ?? {};
  const jsa = mappingOf(mappingOf(root['intake'])['jsa']);
  return {
    text: raw.text,
    isReadable: typeof raw.value === 'object' && raw.value !== null,
    certificate: typeof tls['cert'] === 'string' ? resolve(directory, tls['cert']) : undefined,
    passphrase: textOf(tls['passphrase']),
    proxy: textOf(mappingOf(root['downloads'])['proxy']),
    feeds,
    listen: textOf(jsa['listen']),
    collectors: listOf(mappingOf(root['delivery'])['collectors']),
  };
}

/** The `tls` of an entry of `feeds`; empty where there is none. */
export function tlsOf(feed: unknown): Mapping {
  return mappingOf(mappingOf(feed)['tls']);
}

/** What makes an entry of `feeds` or `collectors` the same: where it is. */
export function placeOfEntry(entry: unknown): string | undefined {
  if (typeof entry === 'string') return entry;
  const { path, url, taxii, misp } = mappingOf(entry);
  return textOf(path ?? url ?? taxii ?? misp);
}

function mappingOf(value: unknown): Mapping {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Mapping)
    : {};
}

function listOf(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  return typeof value === 'string' ? [value] : [];
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
