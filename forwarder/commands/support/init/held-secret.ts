import { isAbsolute, relative, resolve, sep } from 'node:path';
import type { Readable } from 'node:stream';
import { text as textOf } from 'node:stream/consumers';

import { readSecret } from '../../../config/index.js';
import type { Environment } from '../../../config/index.js';
import type { HeldSecret } from './answers.js';
import { usage } from './given.js';

export interface SecretPlaces {
  readonly env: Environment;
  /** Where paths of flags start. */
  readonly cwd: string;
  /** Folder of the configuration, where paths in it start. */
  readonly directory: string;
  /** The next line of standard input, for an option that is `-`. */
  readonly nextLine: (option: string) => Promise<string | undefined>;
}

/**
 * Reads the secret a flag refers to: `env:NAME`, `file:PATH`, or `-` for the next line of standard
 * input. The text itself is refused: command lines are seen by every user and kept in histories.
 * Throws ServiceError TF_USAGE.
 */
export async function readReference(
  value: string,
  option: string,
  places: SecretPlaces,
): Promise<HeldSecret> {
  const hint = `write ${option} env:NAME, file:PATH, or - for a line of standard input`;
  if (value === '-') {
    const line = await places.nextLine(option);
    if (line === undefined || line === '') {
      throw usage(`${option} -: standard input has no line for it`, hint);
    }
    return { text: line };
  }
  if (!/^(?:env|file):./.test(value)) {
    throw usage(`${option} takes no secret itself: the command line is no safe place`, hint);
  }
  const found = readSecret(value, places.env, places.cwd);
  if ('problem' in found) throw usage(`${option}: found ${found.problem}`, hint);
  if (found.text === '') throw usage(`${option}: the first line of the file is empty`, hint);
  return { text: found.text, reference: fromFolder(value, places) };
}

/** A reference as the configuration writes it: paths start from its folder. */
function fromFolder(reference: string, { cwd, directory }: SecretPlaces): string {
  return reference.startsWith('file:')
    ? `file:${pathFrom(directory, resolve(cwd, reference.slice(5)))}`
    : reference;
}

/** A path as the configuration writes it: relative when it is in its folder, else absolute. */
export function pathFrom(directory: string, path: string): string {
  const short = relative(directory, path);
  const isInside = short !== '' && short !== '..' && !short.startsWith(`..${sep}`);
  return isInside && !isAbsolute(short) ? short : path;
}

/** Gives the lines of a stream one after the other; the stream is read when the first is asked for. */
export function lineReader(input: Readable): () => Promise<string | undefined> {
  let lines: Promise<string[]> | undefined;
  return async () => {
    lines ??= textOf(input).then((text) => text.split(/\r?\n/));
    return (await lines).shift();
  };
}
