import { ServiceError } from '../core/index.js';
import { collectorUrl, parseCollectorUrl } from './collector-url.js';
import type { CollectorAddress } from './collector-url.js';
import { isDialectName, longestDialectName } from './wording.js';
import type { Wording } from './wording.js';

/** One collector as configured: `delivery.collectors[n]`, and how messages are written for it. */
export interface CollectorOptions extends Wording {
  /** `udp://`, `tcp://`, `tls://` or `unix://`; see collector-url.ts. */
  readonly url: string;
  /** tls: PEM file of the authorities to trust instead of the system's. */
  readonly ca?: string | undefined;
  /** tls: PEM file of the certificate shown to the collector; needs `key`. */
  readonly cert?: string | undefined;
  /** tls: PEM file of the private key of `cert`. */
  readonly key?: string | undefined;
  /** tls: the pass-phrase of `key`, if it has one. */
  readonly passphrase?: string | undefined;
  /** tls: the name to find in the collector's certificate, when it is not the host of the URL. */
  readonly serverName?: string | undefined;
  /** Collectors of one group share the messages; one without a group is one of its own. */
  readonly group?: string | undefined;
  /**
   * tcp, tls: keep every message until the collector has surely read it, and send it again when a
   * connection is lost before; `true` when absent.
   */
  readonly assured?: boolean | undefined;
}

/** A collector whose options were checked. */
export interface Collector extends CollectorOptions {
  readonly address: CollectorAddress;
  /** The URL as it is shown, e.g. `tls://siem.example:6514`. */
  readonly shownUrl: string;
}

const tlsFields = ['ca', 'cert', 'key', 'passphrase', 'serverName'] as const;

/**
 * Checks one collector's options without touching a file or the network. `where` is its place in the
 * configuration, e.g. `delivery.collectors[0]`. Throws ServiceError TF_CONFIG.
 */
export function checkCollector(options: CollectorOptions, where?: string): Collector {
  const address = parseCollectorUrl(options.url, where === undefined ? undefined : `${where}.url`);
  const shownUrl = collectorUrl(address);
  const place = where ?? shownUrl;
  if (address.scheme !== 'tls') {
    for (const field of tlsFields) {
      if (options[field] === undefined) continue;
      throw new ServiceError('TF_CONFIG', `"${field}" has no meaning for ${address.scheme}://`, {
        where: `${place}.${field}`,
        hint: 'use tls:// or remove the field',
      });
    }
  }
  if ((options.cert === undefined) !== (options.key === undefined)) {
    const [given, missing] = options.cert === undefined ? ['key', 'cert'] : ['cert', 'key'];
    throw new ServiceError('TF_CONFIG', `"${given}" is given without "${missing}"`, {
      where: `${place}.${missing}`,
      hint: 'a client certificate needs both files, cert and key',
    });
  }
  if (options.assured === true && address.scheme !== 'tcp' && address.scheme !== 'tls') {
    throw new ServiceError('TF_CONFIG', `delivery by ${address.scheme}:// cannot be assured`, {
      where: `${place}.assured`,
      hint: 'use tcp:// or tls://, or remove the field',
    });
  }
  if (options.dialect !== undefined && !isDialectName(options.dialect)) {
    throw new ServiceError('TF_CONFIG', 'this cannot be the name of a dialect', {
      where: `${place}.dialect`,
      hint: `a name has 1 to ${longestDialectName} bytes`,
    });
  }
  return { ...options, address, shownUrl };
}
