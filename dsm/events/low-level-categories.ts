/** A low-level category of QRadar: what the console shows as the kind of an event. */
export interface LowLevelCategory {
  /** The usual id; a console is asked by name, since ids may differ between releases. */
  readonly id: number;
  readonly name: string;
}

/** The categories our events are mapped to, of those that QRadar and JSA have. */
export const lowLevelCategories = {
  maliciousSoftware: { id: 6004, name: 'Malicious Software' },
  suspiciousActivity: { id: 7006, name: 'Suspicious Activity' },
  knownOffenderIp: { id: 7055, name: 'Known Offender IP' },
  blacklistAddress: { id: 7058, name: 'Blacklist Address' },
  watchlistAddress: { id: 7059, name: 'Watchlist Address' },
  botnetAddress: { id: 7061, name: 'Botnet Address' },
  serviceStarted: { id: 8009, name: 'Service Started' },
  serviceStopped: { id: 8010, name: 'Service Stopped' },
  serviceFailure: { id: 8011, name: 'Service Failure' },
  information: { id: 8052, name: 'Information' },
  warning: { id: 8054, name: 'Warning' },
  error: { id: 8055, name: 'Error' },
  licenseExpired: { id: 8079, name: 'License Expired' },
  licenseExceeded: { id: 8085, name: 'License Exceeded' },
} as const satisfies Readonly<Record<string, LowLevelCategory>>;
