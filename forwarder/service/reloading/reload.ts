import type { Config } from '../../config/index.js';

/** Parts that are opened once, at the start: a change of them takes effect at the next start. */
const restartOnly: readonly {
  readonly path: string;
  readonly read: (config: Config) => unknown;
}[] = [
  { path: 'identifier', read: ({ identifier }) => identifier },
  { path: 'intake.jsa.listen', read: ({ intake }) => intake.jsa && intake.jsa.listen },
  { path: 'intake.jsa.tls', read: ({ intake }) => intake.jsa && intake.jsa.tls },
  {
    path: 'intake.jsa.maxConnections',
    read: ({ intake }) => intake.jsa && intake.jsa.maxConnections,
  },
  { path: 'intake.jsa.idleSeconds', read: ({ intake }) => intake.jsa && intake.jsa.idleSeconds },
  { path: 'intake.cybertrace', read: ({ intake }) => intake.cybertrace },
  { path: 'intake.moreCybertrace', read: ({ intake }) => intake.moreCybertrace },
  { path: 'intake.maxBufferedBytes', read: ({ intake }) => intake.maxBufferedBytes },
  { path: 'intake.maxLineBytes', read: ({ intake }) => intake.maxLineBytes },
  { path: 'intake.partialLineSeconds', read: ({ intake }) => intake.partialLineSeconds },
  { path: 'leef.facility', read: ({ leef }) => leef.facility },
  { path: 'leef.severity', read: ({ leef }) => leef.severity },
  { path: 'leef.timeZone', read: ({ leef }) => leef.timeZone },
  { path: 'matching.workers', read: ({ matching }) => matching.workers },
  { path: 'delivery', read: ({ delivery }) => delivery },
  { path: 'http', read: ({ http }) => http },
  { path: 'log', read: ({ log }) => log },
  { path: 'service', read: ({ service }) => service },
  { path: 'state', read: ({ state }) => state },
  { path: 'statistics', read: ({ statistics }) => statistics },
];

/** The parts a reload does not change, for the reference page. */
export const restartOnlyPaths: readonly string[] = restartOnly.map(({ path }) => path);

/** Paths of the configuration that differ and that a reload does not change. */
export function restartOnlyChanges(before: Config, after: Config): readonly string[] {
  return restartOnly
    .filter(({ read }) => JSON.stringify(read(before)) !== JSON.stringify(read(after)))
    .map(({ path }) => path);
}

/**
 * The new configuration with the restart-only parts of the one in use, so that what the rules are
 * made from (identifier, message length) is what the open sockets use.
 */
export function reloadable(before: Config, after: Config): Config {
  const { facility, severity, timeZone } = before.leef;
  return {
    ...after,
    identifier: before.identifier,
    intake: {
      ...after.intake,
      jsa: reloadableListener(before.intake.jsa, after.intake.jsa),
      cybertrace: before.intake.cybertrace,
      moreCybertrace: before.intake.moreCybertrace,
      maxBufferedBytes: before.intake.maxBufferedBytes,
      maxLineBytes: before.intake.maxLineBytes,
      partialLineSeconds: before.intake.partialLineSeconds,
    },
    leef: { ...after.leef, facility, severity, timeZone },
    matching: { ...after.matching, workers: before.matching.workers },
    delivery: before.delivery,
    http: before.http,
    log: before.log,
    service: before.service,
    state: before.state,
    statistics: before.statistics,
  };
}

type Listener = Config['intake']['jsa'];

function reloadableListener(before: Listener, after: Listener): Listener {
  if (before === false || after === false) return before;
  const { keys, loopGuard } = after;
  return { ...before, keys, loopGuard };
}
