/**
 * What every field of GET /status means; docs/reference/status.md is made from it. `[]` stands for each
 * entry of a list, `*` for any name.
 */
export const statusFields: Readonly<Record<string, string>> = {
  at: 'When the page was made',
  state:
    '`ok`; `degraded`: it works, and somebody should look at it; `not ready`: it cannot do its work',
  'notReady[]': 'Why it is not ready, as /readyz says',
  'problems[].code': 'Stable name, for scripts',
  'problems[].what': 'What is wrong',
  'problems[].toDo': 'What to do about it',
  'service.version': 'Version of the program',
  'service.node': 'Version of Node',
  'service.pid': 'Process id',
  'service.startedAt': 'When the service was started',
  'service.uptimeSeconds': 'Seconds the process has lived',
  'service.profile': '`parity` or `calm`',
  'service.configuration': 'File of the configuration, or `built-in`',
  'service.isConfigurationOutdated':
    'Whether the configuration on disk is another than the one in use: a reload was refused, is due, or a restart is needed',
  'intake.listeners[].name': 'Name of the listener, as in `intake`',
  'intake.listeners[].address': 'Where it listens',
  'intake.listeners[].connections': 'Connections open now',
  'intake.eventsPerSecond.lastSecond': 'Events a second, mean of the last second',
  'intake.eventsPerSecond.lastMinute': 'Mean of the last minute, or of the time since the start',
  'intake.eventsPerSecond.lastQuarterHour':
    'Mean of the last 15 minutes, or of the time since the start',
  'intake.received': 'Events received since the start, rejected ones included',
  'intake.outcomes.*': 'Events by outcome: `matched`, `clean`, `looped`, `ignored`, `failed`',
  'intake.rejected.*': 'Events that could not be taken, by reason',
  'intake.rejectedLastQuarterHour': 'Events that could not be taken in the last 15 minutes',
  'intake.bytes': 'Bytes received since the start',
  'intake.connectionsAccepted': 'Connections accepted since the start',
  'intake.connectionsRefused': 'Connections refused since the start because too many were open',
  'intake.connectionsRefusedLastQuarterHour': 'Those of the last 15 minutes',
  'intake.faultsLastQuarterHour': 'Events that met a fault of the service in the last 15 minutes',
  'index.version': 'Changes when and only when the content of the index changes',
  'index.indicators': 'Indicators in it',
  'index.isPinned': 'Whether a saved index is used instead of the feeds',
  'index.unfilterableMasks': 'Masks for which every event is matched in full; should be 0',
  'index.damagesLastQuarterHour': 'Reads of its file that failed in the last 15 minutes',
  'index.feeds[].name': 'Name of the feed',
  'index.feeds[].state':
    '`loaded`; `kept`: its records are those from before, it cannot be read as it is now; `awaited`: not fetched yet; `skipped`: no records',
  'index.feeds[].role': '`detect`, `suppress` or `always`',
  'index.feeds[].records': 'Records in the index',
  'index.feeds[].faultyRecords': 'Faults in its rows',
  'index.feeds[].writtenAt': 'When its file was last written; null without a file',
  'index.feeds[].ageSeconds': 'Seconds since then',
  'index.feeds[].isOutdated': 'Whether that is longer than `outdatedAfterHours` allows',
  'index.feeds[].failure': 'Why it is not in use as it is now; null when it is',
  'detections.found': 'Detections since the start, suppressed ones included',
  'detections.suppressed.*': 'Detections without a message of their own, by reason',
  'detections.waitingForSummary': 'Detections held back that no summary has told of yet',
  'delivery.isConnected': 'Whether a collector takes messages now',
  'delivery.collectors[].url': 'The collector; an empty list: messages go to standard output',
  'delivery.collectors[].group': 'Its group; null: it is one of its own',
  'delivery.collectors[].assurance':
    '`assured`: sent again until it has surely been read; `sent`: done with once the operating system has it; `best effort` (UDP): likewise, and nobody notices what gets lost',
  'delivery.collectors[].isConnected': 'Whether the connection is open',
  'delivery.collectors[].connectedSince': 'Since when; null while it is not',
  'delivery.collectors[].sentBytes':
    'assured: bytes sent over the present connection, or the last one; null otherwise',
  'delivery.collectors[].acknowledgedBytes':
    "assured: how many of them the collector's machine has acknowledged",
  'delivery.collectors[].lagBytes': 'assured: how many it has not',
  'delivery.collectors[].unconfirmed': 'Messages sent that may have to be sent again',
  'delivery.collectors[].sent': 'Messages sent since the start, resends included',
  'delivery.collectors[].resent': 'Messages sent once more since the start',
  'delivery.collectors[].failedAttempts': 'Attempts to connect that failed in a row',
  'delivery.collectors[].lastError.message': 'The last fault of its connection; null: none yet',
  'delivery.collectors[].lastError.at': 'When that was',
  'delivery.messages': 'Messages taken since the start',
  'delivery.restored': 'Messages found in the spool at the start',
  'delivery.acknowledged': 'Messages done with: they will not be sent again',
  'delivery.waiting': 'Messages that wait for a collector, in memory or in the spool',
  'delivery.unconfirmed': 'Messages sent that may have to be sent again',
  'delivery.waitingBytes': 'Memory taken by what waits there',
  'delivery.maxWaitingBytes': 'What it may take (`delivery.queue.maxBytes`)',
  'delivery.dropped.*': 'Messages dropped since the start, by reason',
  'delivery.droppedLastQuarterHour': 'Messages dropped in the last 15 minutes',
  'delivery.spool.bytes': 'Bytes of its files; the spool is null when there is none',
  'delivery.spool.maxBytes': 'What it may take (`delivery.spool.maxBytes`)',
  'delivery.spool.segments': 'Number of its files',
  'delivery.spool.isHealthy': 'Whether it can be written',
  'delivery.spool.isFull':
    'Whether messages are lost for want of room: from the first one on, until a collector takes messages',
  'lookup.portal':
    'The portal in which detections are looked up (`lookup.enrich`); lookup is null when none is',
  'lookup.pause.reason':
    'Why it is not asked now, as in `tf_lookup_requests_total`, or `reserve`: what is left of the quota is for people; pause is null when it may be asked',
  'lookup.pause.what': 'The same in words',
  'lookup.pause.toDo': 'What to do about it',
  'lookup.pause.since': 'When the pause began',
  'lookup.pause.until': 'When the next lookup is tried',
  'lookup.waiting': 'Objects whose answers are waited for; no detection waits',
  'lookup.detections.*':
    'Detections that an entry of `lookup.enrich` fits, by outcome, as `tf_lookup_detections_total`',
  'lookup.requests.*': 'Lookups made for detections, by outcome, as `tf_lookup_requests_total`',
  'lookup.followUps.*':
    'Messages that were to follow detections, by outcome, as `tf_lookup_follow_ups_total`',
  'lookup.quotaUsed': 'Requests of the day that are used; null: not known yet',
  'lookup.quotaPerDay': 'How many there are; null: nobody says',
  'disks[].folder': 'What the folder is for: spool, index, state, lookup, log',
  'disks[].freeBytes': 'Room on its disk',
  'disks[].isLow': 'Whether that is less than `state.minFreeBytes`',
  loopDetectedAt: 'When KL_ALERT_LoopDetected was last sent; null: never',
  'statusEvents[].at': 'When the status event was sent; the last 20 are there, the newest first',
  'statusEvents[].event': 'Its name',
  'statusEvents[].context.*':
    'Its fields; the mark of a probe is hidden, for whoever knows it could make events that pass for ours',
};

/** The page docs/reference/status.md. */
export function statusReference(): string {
  const rows = Object.entries(statusFields).map(([path, text]) => `| \`${path}\` | ${text} |`);
  return `# GET /status

What the service says about itself, as one JSON object, at \`/status\` of \`http.listen\` (default 127.0.0.1:9990). It
only reads. \`threat-forwarder status\` shows it as one screen. No secret is in it: collectors and feeds are named
without credentials.

Times are ISO 8601 in UTC. Counts are since the start of the process unless their name says otherwise; objects by
reason or outcome leave out what is 0. Fields may be added; none changes its meaning.

The answer is 200 in every state; [/readyz](../guides/watch-it.md) tells ready from not ready by its status code.

| field | meaning |
|---|---|
${rows.join('\n')}

<!-- Made from forwarder/service/health/status-fields.ts by npm run docs:reference; do not edit. -->
`;
}
