import type { LoadedConfig } from '../config/index.js';
import type { Clock, Logger } from '../core/index.js';
import type { Metrics } from '../telemetry/index.js';
import type { LoadProgress } from './indexing/threat-index.js';
import type { InheritedSocket } from './listening/inherited-sockets.js';
import type { FindCredentials } from './lookup/lookup-keeper.js';

export interface ServiceOptions {
  readonly loaded: LoadedConfig;
  /** Reads the configuration again, for reload(). */
  readonly reread: () => Promise<LoadedConfig>;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** The version of the program, for the status page. */
  readonly version?: string;
  readonly clock?: Clock;
  readonly onProgress?: (progress: LoadProgress) => void;
  /** The JSA listener's socket, when it was handed over to this process. */
  readonly inherited?: InheritedSocket | undefined;
  /** Finds who asks the portal, for `lookup.enrich`; when absent nobody is known. */
  readonly findPortalCredentials?: FindCredentials | undefined;
  /** Ends the start early: everything opened is closed again, start() rejects with its reason. */
  readonly signal?: AbortSignal;
}

export interface Address {
  readonly host: string;
  readonly port: number;
}
