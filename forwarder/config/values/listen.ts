import { isIPv4, isIPv6 } from 'node:net';

import { ServiceError } from '../../core/index.js';

/** Where to listen. `host` is an address without brackets, or a name. */
export interface ListenAddress {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
}

export const listenForms = 'HOST:PORT, such as 127.0.0.1:9995, :9995 (all addresses) or [::1]:9995';
const allAddresses = '0.0.0.0';

/** Reads `HOST:PORT`; undefined when it is not one. */
export function tryParseListen(text: string): ListenAddress | undefined {
  const parts = /^(?:\[([^[\]]*)\]|([^:[\]\s]*)):([0-9]{1,5})$/.exec(text);
  if (parts === null) return undefined;
  const [, inBrackets, plain = '', portText] = parts;
  const port = Number(portText);
  if (port > 65535) return undefined;
  if (inBrackets !== undefined) {
    return isIPv6(inBrackets) ? { host: inBrackets, port } : undefined;
  }
  if (plain === '' || plain === '*') return { host: allAddresses, port };
  return isIPv4(plain) || isHostName(plain) ? { host: plain, port } : undefined;
}

/**
 * Takes a listen address apart: `127.0.0.1:9995`, `:9995` (every IPv4 address of the machine),
 * `[::1]:9995`, `[::]:9995` (every address, IPv4 too where the system allows it). Throws ServiceError
 * TF_CONFIG for anything else; addresses of a loaded configuration are always good.
 */
export function parseListen(text: string): ListenAddress {
  const address = tryParseListen(text);
  if (address !== undefined) return address;
  throw new ServiceError('TF_CONFIG', `"${text}" is no address to listen on`, {
    hint: `write ${listenForms}`,
  });
}

/** A name whose last label is not all digits: that would be a mistyped IPv4 address. */
function isHostName(text: string): boolean {
  const label = '[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?';
  return (
    text.length <= 253 &&
    new RegExp(`^${label}(?:\\.${label})*$`).test(text) &&
    !/(?:^|\.)[0-9]+$/.test(text)
  );
}
