import { constants } from 'node:fs';
import { open } from 'node:fs/promises';

import { ServiceError } from '../../../core/index.js';

/** PROTO, the first byte of a pickle since protocol 2, and the protocols there are. */
const proto = 0x80;
const [lowest, highest] = [2, 5];

/** Whether a file is a Python pickle, by its name (`.tracer`) or its first bytes. Nothing is unpickled. */
export async function isPickle(path: string): Promise<boolean> {
  if (/\.tracer$/i.test(path)) return true;
  // Opening a pipe would wait for its writer.
  const flags = constants.O_RDONLY | constants.O_NONBLOCK;
  const file = await open(path, flags).catch(() => undefined);
  if (file === undefined) return false;
  try {
    if (!(await file.stat()).isFile()) return false;
    const { bytesRead, buffer } = await file.read(Buffer.alloc(2), 0, 2, 0);
    const [first, second = 0] = buffer;
    return bytesRead === 2 && first === proto && second >= lowest && second <= highest;
  } finally {
    await file.close();
  }
}

/** Throws ServiceError TF_USAGE for a Python pickle: whoever opens one runs what is in it. */
export async function refusePickle(path: string): Promise<void> {
  if (await isPickle(path)) throw pickleRefused(path);
}

export function pickleRefused(path: string): ServiceError {
  return new ServiceError(
    'TF_USAGE',
    'this is a Python pickle, such as Tracer dumps; it is not opened, since opening one runs code from it',
    {
      where: path,
      hint: 'compile the feeds it was made from into a file of our own: threat-forwarder feeds compile --save NAME; then threat-forwarder feeds load NAME',
    },
  );
}
