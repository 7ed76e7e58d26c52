import type { DoctorCheck, DoctorContext, Finding } from './check.js';

/** A finding with the check that made it. */
export interface CheckedFinding extends Finding {
  readonly check: string;
  readonly title: string;
}

/**
 * Runs all checks, one after the other, and gives their findings in order. Never throws: a check that
 * cannot be made is a warning that says why.
 */
export async function runChecks(
  checks: readonly DoctorCheck[],
  context: DoctorContext,
): Promise<readonly CheckedFinding[]> {
  const all: CheckedFinding[] = [];
  for (const { name, title, look } of checks) {
    const findings = await lookSafely(look, context);
    all.push(...findings.map((finding) => ({ check: name, title, ...finding })));
  }
  return all;
}

async function lookSafely(
  look: DoctorCheck['look'],
  context: DoctorContext,
): Promise<readonly Finding[]> {
  try {
    return await look(context);
  } catch (error) {
    return [
      {
        status: 'warning',
        finding: `could not be looked at: ${error instanceof Error ? error.message : String(error)}`,
        toDo: hintOf(error),
      },
    ];
  }
}

function hintOf(error: unknown): string {
  const hint = error instanceof Error && 'hint' in error ? error.hint : undefined;
  return typeof hint === 'string' && hint !== '' ? hint : 'look at it by hand, or try again later';
}
