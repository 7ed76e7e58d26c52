import type { DefineCommand } from '../support/command.js';
import { defineApply } from './apply.js';
import { defineBuild } from './build.js';
import { defineDoctor } from './doctor.js';
import { definePlan } from './plan.js';
import { defineRemove } from './remove.js';
import { defineVerify } from './verify.js';
import { defineWarmup } from './warmup.js';

/** The subcommands of dsm, in the order of their use: adding one is one file and one line. */
export const dsmCommands: readonly DefineCommand[] = [
  defineBuild,
  definePlan,
  defineApply,
  defineWarmup,
  defineVerify,
  defineDoctor,
  defineRemove,
];
