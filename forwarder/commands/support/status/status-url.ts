import { ServiceError } from '../../../core/index.js';
import { parseListen } from '../../../config/index.js';
import type { LoadedConfig } from '../../../config/index.js';

/** Addresses to listen on everywhere, and where this machine then finds the service. */
const anyAddress: ReadonlyMap<string, string> = new Map([
  ['0.0.0.0', '127.0.0.1'],
  ['::', '::1'],
]);

/** The address of /status below a URL given by hand. Throws ServiceError TF_USAGE. */
export function statusUrlOf(text: string): URL {
  const url = URL.parse(/^[a-z+]+:\/\//i.test(text) ? text : `http://${text}`);
  const isWeb = url?.protocol === 'http:' || url?.protocol === 'https:';
  if (url === null || !isWeb || url.username !== '' || url.password !== '') {
    throw new ServiceError('TF_USAGE', '--url must be the address of the service', {
      hint: 'for example --url http://127.0.0.1:9990, as http.listen says; without a password',
    });
  }
  return new URL('/status', url);
}

/** Where a service with this configuration answers. Throws ServiceError TF_CONFIG when nowhere. */
export function configuredStatusUrl({ config, origin }: LoadedConfig): URL {
  if (config.http === false) {
    throw new ServiceError('TF_CONFIG', 'the service is not to answer over HTTP', {
      where: `${origin}: http`,
      hint: 'set http.listen, for example 127.0.0.1:9990, and restart the service',
    });
  }
  const { host, port } = parseListen(config.http.listen);
  if (port === 0) {
    throw new ServiceError('TF_CONFIG', 'the service takes any free port', {
      where: `${origin}: http.listen`,
      hint: 'its log says which one (service.started); name it: --url http://127.0.0.1:PORT',
    });
  }
  const near = anyAddress.get(host) ?? host;
  return new URL(`http://${near.includes(':') ? `[${near}]` : near}:${port}/status`);
}
