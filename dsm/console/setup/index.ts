/** The setup of the console for our events: what is missing, making it, taking it away again. */
export { applySetup } from './apply-setup.js';
export { isChanging } from './planned-step.js';
export { planSetup } from './plan-setup.js';
export { removeSetup } from './remove-setup.js';
export type { RemoveOptions } from './remove-setup.js';
export { setupResources } from './setup.js';
export type {
  DesiredSetup,
  OnStep,
  SetupAction,
  SetupOptions,
  SetupReport,
  SetupResource,
  SetupStep,
} from './setup.js';
