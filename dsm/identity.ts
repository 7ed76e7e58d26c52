/** The log source identifiers: the host names of the syslog headers, letter for letter. */
export const identifiers = {
  /** Of the service's own messages; `identifier` of the configuration. */
  detections: 'KL_Threat_Feed_Service_V2',
  /** Of the test events. */
  verification: 'KL_Verification_Tool',
} as const;

/** Names of log source types on the console. */
export const logSourceTypeNames = {
  /** Of the vendor's DSM; a console with automatic updates has it. */
  vendor: 'Kaspersky CyberTrace',
  /** Of every console: reads LEEF and knows no event of ours until it is taught. */
  universal: 'Universal LEEF',
  /** Of the content extension this project builds. */
  own: 'Threat Forwarder',
} as const;

/** The log source extension of the content extension, by which our own type reads events. */
export const logSourceExtensionName = 'ThreatForwarderExtension';

/** The forwarding destination and the routing rule, which only a person can make. */
export const forwardingNames = {
  destination: 'KL_Threat_Feed_Service_V2',
  rule: 'KL_Threat_Feed_Service_V2_Rule',
} as const;
