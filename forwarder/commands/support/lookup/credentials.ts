import type { Environment, LoadedConfig } from '../../../config/index.js';
import { ServiceError } from '../../../core/index.js';
import type { PortalCredentials } from '../../../lookup/index.js';
import { openToAll } from '../open-to-all.js';
import {
  configSource,
  dnifSource,
  environmentSource,
  type CredentialSource,
} from './credential-sources.js';

export interface FoundCredentials {
  readonly credentials: PortalCredentials;
  /** What deserves a word: files that others can read. */
  readonly warnings: readonly string[];
}

export interface CredentialRequest {
  /** For which portal; default: `lookup.portal`. */
  readonly portal?: 'tip' | 'opentip' | undefined;
  /** A dnifconfig.yml named by a command's option: it goes before all else. Absolute. */
  readonly dnifConfig?: string | undefined;
  /** Where relative paths of the environment start; default: where the process was started. */
  readonly cwd?: string | undefined;
}

const ways: Readonly<Record<'tip' | 'opentip', string>> = {
  tip: 'set lookup.username, lookup.password (env:NAME, file:PATH or enc:…) and lookup.cert, or lookup.token; or KASPERSKY_API_USERNAME, KASPERSKY_API_PASSWORD and KASPERSKY_API_CERT_PATH, or KASPERSKY_API_TOKEN, of the environment; or lookup.dnifConfig to the dnifconfig.yml of the DNIF plugin',
  opentip:
    'make a token at https://opentip.kaspersky.com/token and set lookup.token (env:NAME, file:PATH or enc:…), or KASPERSKY_API_TOKEN of the environment',
};

/**
 * Finds who asks the portal: `lookup` of the configuration, else KASPERSKY_API_… of the environment, else
 * the dnifconfig.yml of `lookup.dnifConfig`, which is read only where those lack something. Each of user
 * name, password and certificate is taken from the first of these places that has it. A token is taken
 * rather than the three, unless they all stand in places before it. Throws ServiceError TF_CONFIG for what
 * is missing, naming all ways, and for what cannot be read.
 */
export async function findCredentials(
  loaded: LoadedConfig,
  env: Environment,
  request: CredentialRequest = {},
): Promise<FoundCredentials> {
  const { portal = loaded.config.lookup.portal } = request;
  const sources = await sourcesOf(loaded, env, request, portal);
  const way = wayOf(sources, portal);
  if (way.lacking !== undefined) throw missing(portal, way.lacking);
  const { username, password, token, cert, passphrase } = way;
  const credentials: PortalCredentials = {
    ...(token === undefined
      ? { username: username?.username, password: password?.password?.() }
      : { token: token.token?.() }),
    cert: await cert?.cert?.(),
    passphrase: passphrase?.passphrase?.(),
  };
  const used = new Set([username, password, token, cert, passphrase]);
  const files = [...used].flatMap((source) => source?.secretFiles ?? []);
  if (credentials.cert !== undefined) files.push({ path: credentials.cert, holds: 'the key' });
  const warnings = await Promise.all(files.map(({ path, holds }) => openToAll(path, holds)));
  return { credentials, warnings: warnings.filter((text) => text !== undefined) };
}

async function sourcesOf(
  loaded: LoadedConfig,
  env: Environment,
  { dnifConfig, cwd = process.cwd() }: CredentialRequest,
  portal: 'tip' | 'opentip',
): Promise<readonly CredentialSource[]> {
  const inOrder = [configSource(loaded, env), environmentSource(env, cwd)];
  if (dnifConfig !== undefined) return [await dnifSource(dnifConfig, env), ...inOrder];
  const { dnifConfig: configured } = loaded.config.lookup;
  if (configured === undefined || wayOf(inOrder, portal).lacking === undefined) return inOrder;
  return [...inOrder, await dnifSource(configured, env)];
}

/** Where each part comes from; or what is lacking. */
interface Way {
  readonly lacking?: readonly string[];
  readonly username?: CredentialSource | undefined;
  readonly password?: CredentialSource | undefined;
  readonly token?: CredentialSource | undefined;
  readonly cert?: CredentialSource | undefined;
  readonly passphrase?: CredentialSource | undefined;
}

function wayOf(sources: readonly CredentialSource[], portal: 'tip' | 'opentip'): Way {
  const [username, password, token, cert, passphrase] = (
    ['username', 'password', 'token', 'cert', 'passphrase'] as const
  ).map((part) => sources.find((one) => one[part] !== undefined));
  if (portal === 'opentip') return token === undefined ? { lacking: ['token'] } : { token };
  const three = { 'user name': username, password, certificate: cert };
  const lacking = Object.entries(three).flatMap(([name, at]) => (at === undefined ? [name] : []));
  const place = (one: CredentialSource | undefined): number =>
    one === undefined ? sources.length : sources.indexOf(one);
  if (Object.values(three).every((one) => place(one) < place(token))) {
    return { username, password, cert, passphrase };
  }
  if (token === undefined) return { lacking };
  // Some portals want a certificate too; one of a later place is there for something else.
  return place(cert) > place(token) ? { token } : { token, cert, passphrase };
}

function missing(portal: 'tip' | 'opentip', lacking: readonly string[]): ServiceError {
  const title = portal === 'tip' ? 'the Threat Intelligence Portal' : 'OpenTIP';
  const message = `missing for ${title}: ${lacking.join(', ')}`;
  return new ServiceError('TF_CONFIG', message, { where: 'lookup', hint: ways[portal] });
}
