/** What a log source of ours says of itself on the console. */
export const logSourceDescriptions = {
  detections: 'Detections and status messages of the threat forwarder',
  verification: 'Test events of the threat forwarder',
} as const;

/** The number of the Syslog protocol on every console. */
export const syslogProtocolId = 0;

/**
 * A log source of ours as the REST API takes it, but for what differs on every console: `type_id` and
 * `target_event_collector_id`. Its name is its identifier.
 */
export function logSourceBody(identifier: string, description: string) {
  return {
    name: identifier,
    description,
    protocol_type_id: syslogProtocolId,
    protocol_parameters: [
      { name: 'identifier', value: identifier },
      { name: 'incomingPayloadEncoding', value: 'UTF-8' },
    ],
    enabled: true,
    gateway: false,
    credibility: 5,
    // On, only the first payload of equal-looking events is kept, and detections of one host look equal.
    coalesce_events: false,
    store_event_payload: true,
  };
}
