import type { Config } from '../config/index.js';

/** Parts that are opened once at start: a change of them takes effect at the next start. */
const restartOnly: readonly {
  readonly path: string;
  readonly read: (config: Config) => unknown;
}[] = [
  { path: 'intake.jsa.listen', read: ({ intake }) => intake.jsa && intake.jsa.listen },
  { path: 'intake.jsa.tls', read: ({ intake }) => intake.jsa && intake.jsa.tls },
  { path: 'intake.maxLineBytes', read: ({ intake }) => intake.maxLineBytes },
  { path: 'intake.partialLineSeconds', read: ({ intake }) => intake.partialLineSeconds },
  { path: 'delivery', read: ({ delivery }) => delivery },
  { path: 'http', read: ({ http }) => http },
  { path: 'log', read: ({ log }) => log },
];

/** Paths of the configuration that differ and that a reload does not change. */
export function restartOnlyChanges(before: Config, after: Config): readonly string[] {
  return restartOnly
    .filter(({ read }) => JSON.stringify(read(before)) !== JSON.stringify(read(after)))
    .map(({ path }) => path);
}
