import { ServiceError } from '../../../core/index.js';
import { parseListen } from '../../../config/index.js';

/** Where a service takes events: host and port, or a UNIX socket. */
export type ServiceAddress =
  { readonly host: string; readonly port: number } | { readonly path: string };

const examples = '127.0.0.1:9999, [2001:db8::1]:9999 or /run/cybertrace.sock';

/**
 * Reads an address as `Connection` and --connect have it: `HOST:PORT`, or the path of a UNIX socket
 * (anything with a slash; `unix://` may stand before it). Throws ServiceError TF_USAGE that names
 * `where`, for a Windows named pipe too, which there is only there.
 */
export function parseServiceAddress(text: string, where: string): ServiceAddress {
  const refuse = (problem: string, hint = `write ${examples}`): never => {
    throw new ServiceError('TF_USAGE', `${problem}: "${text.slice(0, 120)}"`, { where, hint });
  };
  if (/^\\\\[.?]\\pipe\\/i.test(text)) {
    return refuse(
      'a named pipe of Windows cannot be used',
      `use a TCP port or a UNIX socket: ${examples}`,
    );
  }
  const path = text.replace(/^unix:\/\//, '');
  if (path.includes('/')) {
    // sun_path of Linux holds 108 bytes, the last one NUL.
    if (Buffer.byteLength(path) > 107) return refuse('the path of the socket is too long');
    return { path };
  }
  try {
    const { host, port } = parseListen(text);
    if (port > 0) return { host, port };
  } catch {
    return refuse('this is no address of a service');
  }
  return refuse('port 0 is none to connect to');
}

/** An address as it is shown. */
export function addressText(address: ServiceAddress): string {
  if ('path' in address) return address.path;
  const { host, port } = address;
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}
