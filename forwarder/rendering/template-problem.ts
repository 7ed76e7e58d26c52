/** A template as it was read. */
export interface TemplateSource {
  /** Where it came from, for messages. */
  readonly file: string;
  readonly text: string;
}

export interface TemplateProblem {
  readonly file: string;
  /** From 1; 1 when the template as a whole is at fault. */
  readonly line: number;
  readonly message: string;
  readonly hint: string;
}

/** `file:line: message`. */
export function problemText({ file, line, message }: TemplateProblem): string {
  return `${file}:${line}: ${message}`;
}
