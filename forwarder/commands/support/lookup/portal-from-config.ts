import type { Environment, LoadedConfig } from '../../../config/index.js';
import type { KeepingPortal } from '../../../lookup/cache/caching-portal.js';
import {
  openConfiguredPortal,
  type PortalChoices,
} from '../../../service/lookup/open-configured-portal.js';
import { findCredentials, type CredentialRequest } from './credentials.js';

/** What a command or a test wants otherwise than the configuration. */
export interface PortalOverrides extends CredentialRequest, PortalChoices {
  /** Told what deserves a word: files that others can read, a cache that cannot be used. */
  readonly onWarning?: ((text: string) => void) | undefined;
}

/**
 * Opens the portal of a configuration, with its cache; close() it at the end. Nothing is asked yet.
 * Throws ServiceError TF_CONFIG for missing or wrong credentials, certificates and addresses.
 */
export async function portalFromConfig(
  loaded: LoadedConfig,
  env: Environment,
  overrides: PortalOverrides = {},
): Promise<KeepingPortal> {
  const { credentials, warnings } = await findCredentials(loaded, env, overrides);
  for (const warning of warnings) overrides.onWarning?.(warning);
  return openConfiguredPortal(loaded.config.lookup, credentials, overrides);
}
