import type { DoctorCheck } from '../check.js';
import { certificate } from './certificate.js';
import { clock } from './clock.js';
import { coalescing } from './coalescing.js';
import { collector } from './collector.js';
import { consoleVersion } from './console-version.js';
import { deployment } from './deployment.js';
import { eventMappings } from './event-mappings.js';
import { identifier } from './identifier.js';
import { listenAddress } from './listen-address.js';
import { logSource } from './log-source.js';
import { logSourceType } from './log-source-type.js';
import { loop } from './loop.js';
import { mergedEvents } from './merged-events.js';
import { messageSettings } from './message-settings.js';
import { notifications } from './notifications.js';
import { parsedEvents } from './parsed-events.js';

/** All checks, in the order they are shown: adding one is one file and one line. */
export const doctorChecks: readonly DoctorCheck[] = [
  consoleVersion,
  certificate,
  clock,
  identifier,
  logSource,
  deployment,
  logSourceType,
  coalescing,
  eventMappings,
  parsedEvents,
  mergedEvents,
  loop,
  collector,
  listenAddress,
  messageSettings,
  notifications,
];
