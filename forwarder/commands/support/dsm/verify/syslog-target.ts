import { readFile } from 'node:fs/promises';

import { messageOf, ServiceError } from '../../../../core/index.js';
import type { LoadedConfig } from '../../../../config/index.js';
import { parseSyslogTarget, syslogTargetText } from '../../../../../verification/console/index.js';
import type { SyslogTarget } from '../../../../../verification/console/index.js';
import { withServiceErrors } from './service-errors.js';

/**
 * Where test events go in JSA: --syslog, else console.syslog, else the first collector of
 * delivery.collectors that is no socket of this machine. The TLS settings of that collector count for
 * the same address given otherwise, too. Throws ServiceError TF_USAGE when nothing says where, and
 * TF_CONFIG when a file of the TLS settings cannot be read.
 */
export async function syslogTargetOf(
  options: Readonly<Record<string, unknown>>,
  { config, origin }: LoadedConfig,
): Promise<SyslogTarget> {
  const named = options['syslog'] as string | undefined;
  const configured = config.console.syslog;
  const collectors = config.delivery.collectors.filter(({ url }) => !/^unix:/i.test(url));
  const [text, where] =
    named !== undefined
      ? [named, '--syslog']
      : configured !== undefined
        ? [configured, `${origin}: console.syslog`]
        : [collectors[0]?.url, `${origin}: delivery.collectors`];
  if (text === undefined) {
    throw new ServiceError('TF_USAGE', 'nothing says where the event collector of JSA is', {
      hint: 'name it: --syslog HOST:PORT, or set delivery.collectors or console.syslog',
    });
  }
  const target = await withServiceErrors(() => parseSyslogTarget(text, where));
  if (target.scheme !== 'tls') return target;
  const same = collectors.find(({ url }) => isSame(url, target));
  if (same === undefined) return target;
  const { ca, cert, key, passphrase, serverName } = same;
  const pem = async (name: 'ca' | 'cert' | 'key', path: string | undefined) =>
    path === undefined ? {} : { [name]: await readPem(path, where) };
  return {
    ...target,
    tls: {
      ...(await pem('ca', ca)),
      ...(await pem('cert', cert)),
      ...(await pem('key', key)),
      ...(passphrase === undefined ? {} : { passphrase }),
      ...(serverName === undefined ? {} : { serverName }),
    },
  };
}

function isSame(url: string, target: SyslogTarget): boolean {
  return (
    syslogTargetText(parseSyslogTarget(url, 'delivery.collectors')) === syslogTargetText(target)
  );
}

async function readPem(path: string, where: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new ServiceError('TF_CONFIG', `cannot read ${path}: ${messageOf(error)}`, {
      where,
      hint: 'check the file and its permissions',
      cause: error,
    });
  }
}
