import type { DefineCommand } from '../support/command.js';
import { defineBuild } from './build.js';
import { defineDoctor } from './doctor.js';
import { defineVerify } from './verify.js';
import { defineWarmup } from './warmup.js';

/** The subcommands of dsm, in the order of their use: adding one is one file and one line. */
export const dsmCommands: readonly DefineCommand[] = [
  defineBuild,
  defineWarmup,
  defineVerify,
  defineDoctor,
];
