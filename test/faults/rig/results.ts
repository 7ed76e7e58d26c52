import { appendFileSync } from 'node:fs';

/** One line of the table that the runner prints at the end. */
export interface ResultLine {
  readonly test: string;
  /** `delivery`, or `naive` for the control that must lose something. */
  readonly sender: string;
  readonly result: string;
  /** Figures that are told and not judged: times, memory, counts of connections. */
  readonly figures?: Readonly<Record<string, string | number>>;
}

/** Notes a result for the table; the runner names the file by TF_FAULT_RESULTS. */
export function noteResult(line: ResultLine): void {
  const file = process.env['TF_FAULT_RESULTS'];
  if (file === undefined) process.stderr.write(`${resultText(line)}\n`);
  else appendFileSync(file, `${JSON.stringify(line)}\n`);
}

/** The line as it is printed. */
export function resultText({ test, sender, result, figures = {} }: ResultLine): string {
  const told = Object.entries(figures).map(([name, value]) => `${name} ${value}`);
  return [`${test} · ${sender}: ${result}`, ...told].join(' · ');
}
