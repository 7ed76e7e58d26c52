import type { Problem, ServiceStatus } from './status.js';

/** What problems are found from; the page without them. */
export type StatusFacts = Omit<ServiceStatus, 'state' | 'problems'>;

/** A spool or queue filled beyond this is told of before it overflows. */
const nearlyFull = 0.8;
const quarterHourMs = 900_000;

/**
 * What somebody should look at, worst first, each with what to do. What happened counts for a quarter
 * of an hour; what is still so, as long as it is.
 */
export function findProblems(facts: StatusFacts): readonly Problem[] {
  return [
    ...readinessProblems(facts),
    ...collectorProblems(facts),
    ...lossProblems(facts),
    ...spoolProblems(facts),
    ...loopProblems(facts),
    ...intakeProblems(facts),
    ...feedProblems(facts),
    ...lookupProblems(facts),
    ...machineProblems(facts),
  ];
}

function readinessProblems({ notReady }: StatusFacts): readonly Problem[] {
  return notReady.map((what) => ({
    code: 'service.not_ready',
    what: `not ready: ${what}`,
    toDo: 'wait if it has just started or is stopping; else see the log of the service',
  }));
}

function collectorProblems({ delivery }: StatusFacts): readonly Problem[] {
  return delivery.collectors
    .filter(({ lastError, failedAttempts, isConnected }) => {
      return !isConnected && lastError !== null && failedAttempts > 0;
    })
    .map(({ url, lastError, failedAttempts }) => ({
      code: 'collector.unreachable',
      what: `collector ${url} is away, attempt ${failedAttempts} failed: ${lastError?.message ?? ''}`,
      toDo: 'check that it runs, its address and the firewall; messages wait meanwhile or take another collector',
    }));
}

function lossProblems({ delivery }: StatusFacts): readonly Problem[] {
  const { droppedLastQuarterHour: dropped, dropped: reasons } = delivery;
  if (dropped === 0) return [];
  return [
    {
      code: 'delivery.dropped',
      what: `${dropped} messages were dropped in the last 15 min (since the start: ${listed(reasons)})`,
      toDo: 'bring the collectors back; give delivery.spool.maxBytes or delivery.queue more room',
    },
  ];
}

function spoolProblems({ delivery: { spool, ...delivery } }: StatusFacts): readonly Problem[] {
  const found: Problem[] = [];
  if (spool !== null && !spool.isHealthy) {
    found.push({
      code: 'spool.unhealthy',
      what: 'the spool cannot be written: new messages wait in memory only',
      toDo: 'see the log (spool.unhealthy); free the disk, check folder and rights of delivery.spool.directory',
    });
  }
  if (spool?.isFull === true) {
    found.push({
      code: 'spool.full',
      what: 'the spool is full: messages are lost',
      toDo: 'bring the collectors back, or raise delivery.spool.maxBytes',
    });
  } else if (spool !== null && spool.bytes > spool.maxBytes * nearlyFull) {
    found.push({
      code: 'spool.nearly_full',
      what: `the spool is ${percent(spool.bytes, spool.maxBytes)} full`,
      toDo: 'bring the collectors back, or raise delivery.spool.maxBytes',
    });
  }
  if (spool === null && delivery.waitingBytes > delivery.maxWaitingBytes * nearlyFull) {
    found.push({
      code: 'queue.nearly_full',
      what: `the queue in memory is ${percent(delivery.waitingBytes, delivery.maxWaitingBytes)} full`,
      toDo: 'bring the collectors back; a spool (delivery.spool) holds more and survives a restart',
    });
  }
  return found;
}

function loopProblems({ at, loopDetectedAt }: StatusFacts): readonly Problem[] {
  if (loopDetectedAt === null) return [];
  if (Date.parse(at) - Date.parse(loopDetectedAt) > quarterHourMs) return [];
  return [
    {
      code: 'loop.detected',
      what: `own messages came back as events, or detections looked like it, at ${loopDetectedAt}`,
      toDo: 'the status event says by what it was known; take our own log source out of the routing rule of JSA (docs/guides/connect-jsa.md)',
    },
  ];
}

function intakeProblems({ intake }: StatusFacts): readonly Problem[] {
  const found: Problem[] = [];
  if (intake.rejectedLastQuarterHour > 0) {
    found.push({
      code: 'intake.rejected',
      what: `${intake.rejectedLastQuarterHour} events were rejected in the last 15 min (since the start: ${listed(intake.rejected)})`,
      toDo: 'see the log (intake): who sends too long, broken or unfinished lines; docs/lifecycle.md names the reasons',
    });
  }
  if (intake.connectionsRefusedLastQuarterHour > 0) {
    found.push({
      code: 'intake.refused',
      what: `${intake.connectionsRefusedLastQuarterHour} connections were refused in the last 15 min`,
      toDo: 'find out who opens so many, or raise intake.jsa.maxConnections',
    });
  }
  if (intake.faultsLastQuarterHour > 0) {
    found.push({
      code: 'intake.fault',
      what: `${intake.faultsLastQuarterHour} events met a fault of ours in the last 15 min`,
      toDo: 'see the log (intake.handler_failed) and report it',
    });
  }
  return found;
}

function feedProblems({ index }: StatusFacts): readonly Problem[] {
  if (index === null) return [];
  const found: Problem[] = [];
  for (const { name, failure, isOutdated, state, ageSeconds } of index.feeds) {
    if (failure !== null) {
      found.push({
        code: 'feed.failed',
        what: `feed ${name} is ${state === 'kept' ? 'as it was before' : state}: ${failure}`,
        toDo: 'threat-forwarder feeds list says what is wrong with it',
      });
    } else if (isOutdated) {
      found.push({
        code: 'feed.outdated',
        what: `feed ${name} is outdated: ${Math.floor((ageSeconds ?? 0) / 3600)} h old`,
        toDo: 'check what brings it, or set outdatedAfterHours of the feed',
      });
    }
  }
  if (index.damagesLastQuarterHour > 0) {
    found.push({
      code: 'index.damaged',
      what: 'the file of the index cannot be read whole: detections may be missing',
      toDo: 'check the disk of index.directory; a restart compiles the index anew',
    });
  }
  if (index.unfilterableMasks > 0) {
    found.push({
      code: 'index.unfilterable_masks',
      what: `${index.unfilterableMasks} masks without a word or host: every event is matched in full`,
      toDo: 'give them one (docs/reference/masks.md), or the intake is many times slower',
    });
  }
  return found;
}

function lookupProblems({ lookup }: StatusFacts): readonly Problem[] {
  const pause = lookup?.pause ?? null;
  if (lookup === null || pause === null) return [];
  return [
    {
      code: 'lookup.paused',
      what: `detections go out without fields of ${lookup.portal} since ${pause.since}: ${pause.what}`,
      toDo: pause.toDo,
    },
  ];
}

function machineProblems({ disks, service }: StatusFacts): readonly Problem[] {
  const found: Problem[] = disks
    .filter(({ isLow }) => isLow)
    .map(({ folder, freeBytes }) => ({
      code: 'disk.nearly_full',
      what: `the disk of the ${folder} has only ${Math.floor(freeBytes / 2 ** 20)} MiB left`,
      toDo: 'make room; state.minFreeBytes is the limit',
    }));
  if (service.isConfigurationOutdated) {
    found.push({
      code: 'config.outdated',
      what: 'the configuration in use is not the one on disk',
      toDo: 'threat-forwarder check it, then reload (SIGHUP) or restart; the log says what was refused',
    });
  }
  return found;
}

function listed(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .map(([reason, count]) => `${count} ${reason}`)
    .join(', ');
}

function percent(part: number, whole: number): string {
  return `${Math.round((100 * part) / whole)} %`;
}
