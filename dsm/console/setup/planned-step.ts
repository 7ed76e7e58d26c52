import type { SetupAction, SetupStep } from './setup.js';

/** A step, and how it is done where something is to be done. */
export interface PlannedStep extends SetupStep {
  /** Makes at most one thing; resolves to what came of it when that is not what was planned. */
  readonly perform?: () => Promise<Outcome | undefined>;
}

/** What a step came to, where the console had more to say than it had when the plan was made. */
export interface Outcome {
  readonly action: SetupAction;
  readonly detail?: string;
}

/** Whether a step alters the console. */
export function isChanging({ action }: Pick<SetupStep, 'action'>): boolean {
  switch (action) {
    case 'create':
    case 'change':
    case 'remove':
      return true;
    case 'same':
    case 'keep':
      return false;
    default:
      return action satisfies never;
  }
}

/** The step as a report tells it. */
export function reported({ resource, name, action, detail }: SetupStep): SetupStep {
  return detail === undefined ? { resource, name, action } : { resource, name, action, detail };
}
