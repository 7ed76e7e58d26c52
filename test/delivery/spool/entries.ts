import type { Entry } from '../../../forwarder/delivery/spool/index.js';

/** A message whose whole content follows from its number. */
export function entryOf(seq: number, bodyLength = 40 + ((seq * 37) % 160)): Entry {
  return {
    seq,
    message: {
      id: `id-${seq}`,
      kind: (['detect', 'status', 'evaluation'] as const)[seq % 3]!,
      event: `KL_Event_${seq % 7}`,
      atMs: 1_790_000_000_000 + seq,
      body: `LEEF:1.0|n=${seq}|`.padEnd(bodyLength, 'é☃x'),
    },
  };
}
