import { readFile } from 'node:fs/promises';

import { messageOf, ServiceError } from '../../core/index.js';
import type { Config } from '../../config/index.js';
import { checkListenerTls } from '../../intake/index.js';
import type { ListenerTls } from '../../intake/index.js';

/**
 * Reads the certificate files of the JSA listener and tries them, its pass-phrase too. Throws
 * ServiceError TF_CONFIG or TF_LISTEN, as the start of the listener would.
 */
export async function checkTlsFiles(config: Config): Promise<void> {
  const { tls } = await readTlsFiles(config);
  if (tls !== undefined) checkListenerTls('jsa', tls);
}

/**
 * Reads the certificate files of the JSA listener; empty when it is plain TCP. Throws ServiceError
 * TF_CONFIG naming the setting whose file cannot be read.
 */
export async function readTlsFiles({ intake }: Config): Promise<{ readonly tls?: ListenerTls }> {
  const files = intake.jsa === false ? undefined : intake.jsa.tls;
  if (files === undefined) return {};
  const read = async (setting: 'cert' | 'key' | 'clientCa', path: string): Promise<Buffer> => {
    try {
      return await readFile(path);
    } catch (error) {
      throw new ServiceError('TF_CONFIG', `cannot read ${path}: ${messageOf(error)}`, {
        where: `intake.jsa.tls.${setting}`,
        hint: 'name a PEM file that the service may read',
        cause: error,
      });
    }
  };
  return {
    tls: {
      cert: await read('cert', files.cert),
      key: await read('key', files.key),
      ...(files.clientCa === undefined ? {} : { clientCa: await read('clientCa', files.clientCa) }),
      ...(files.passphrase === undefined ? {} : { passphrase: files.passphrase }),
    },
  };
}
