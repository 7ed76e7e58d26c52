import type { Readable, Writable } from 'node:stream';

import { ServiceError } from '../../../core/index.js';

/** Says what is wrong with what was typed; undefined when nothing is. */
export type Check = (text: string) => string | undefined;

export interface Choice<Value extends string> {
  readonly value: Value;
  readonly label: string;
  readonly hint?: string;
}

/** The questions of a wizard. Each throws ServiceError TF_USAGE when it is left by Ctrl-C or Escape. */
export interface Prompts {
  begin(title: string): void;
  note(title: string, text: string): void;
  say(text: string): void;
  warn(text: string): void;
  end(text: string): void;
  text(message: string, check: Check, initial?: string): Promise<string>;
  secret(message: string, check: Check): Promise<string>;
  yesNo(message: string, initial: boolean): Promise<boolean>;
  choose<Value extends string>(
    message: string,
    choices: readonly Choice<Value>[],
    initial?: Value,
  ): Promise<Value>;
  chooseSeveral<Value extends string>(
    message: string,
    choices: readonly Choice<Value>[],
    initial: readonly Value[],
  ): Promise<readonly Value[]>;
}

interface CommonOptions {
  readonly input: Readable;
  readonly output: Writable;
  readonly signal: AbortSignal;
}

/** A question was left by Ctrl-C or Escape, or the terminal is gone. */
export class Cancelled extends ServiceError {
  constructor() {
    super('TF_USAGE', 'cancelled: nothing was written', {
      hint: 'start again when you are ready; threat-forwarder init --help lists flags for every answer',
    });
  }
}

export interface Terminal {
  readonly input: Readable;
  readonly output: Writable;
}

const usualSize = { columns: 80, rows: 24 };

/** Makes the questions; the library that draws them is loaded now, by no other command. */
export async function createPrompts({ input, output }: Terminal): Promise<Prompts> {
  const clack = await import('@clack/prompts');
  // Consoles of containers and serial lines tell a size of 0, into which no word would fit.
  const isSizeless = 'columns' in output && output.columns === 0;
  if (isSizeless) Object.assign(output, usualSize);

  /** Asks; a terminal that is gone is a question that is left. */
  async function ask<Value>(
    question: (common: CommonOptions) => Promise<Value>,
  ): Promise<Exclude<Value, symbol>> {
    const gone = new AbortController();
    const leave = (): void => {
      gone.abort();
    };
    if (input.readableEnded || input.destroyed) leave();
    input.once('end', leave).once('close', leave);
    try {
      const answer = await question({ input, output, signal: gone.signal });
      if (!clack.isCancel(answer)) return answer as Exclude<Value, symbol>;
    } finally {
      input.off('end', leave).off('close', leave);
    }
    throw new Cancelled();
  }

  const checked =
    (check: Check) =>
    (value: string | undefined): string | undefined =>
      check(value ?? '');
  return {
    begin: (title) => {
      clack.intro(title, { output });
    },
    note: (title, text) => {
      clack.note(text, title, { output });
    },
    say: (text) => {
      clack.log.step(text, { output });
    },
    warn: (text) => {
      clack.log.warn(text, { output });
    },
    end: (text) => {
      clack.outro(text, { output });
    },
    text: (message, check, initial = '') =>
      ask((common) =>
        clack.text({ ...common, message, initialValue: initial, validate: checked(check) }),
      ),
    secret: (message, check) =>
      ask((common) => clack.password({ ...common, message, validate: checked(check) })),
    yesNo: (message, initial) =>
      ask((common) => clack.confirm({ ...common, message, initialValue: initial })),
    choose: (message, choices, initial) =>
      ask((common) =>
        clack.select<string>({
          ...common,
          message,
          options: choices.map((choice) => ({ ...choice })),
          ...(initial === undefined ? {} : { initialValue: initial }),
        }),
      ) as Promise<never>,
    chooseSeveral: (message, choices, initial) =>
      ask((common) =>
        clack.multiselect<string>({
          ...common,
          message,
          options: choices.map((choice) => ({ ...choice })),
          initialValues: [...initial],
          required: true,
        }),
      ) as Promise<never>,
  };
}
