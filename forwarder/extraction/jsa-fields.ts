/**
 * The fields that JSA itself writes into the envelope (profile "DefaultProfile"). Identifiers and
 * epoch numbers in them look like indicators, so they are never searched; every other field is a
 * custom property.
 */
export const jsaFields: ReadonlySet<string> = new Set(
  [
    'name version isoTimeFormat type category protocolID sev',
    'src dst srcPort dstPort usrName relevance credibility',
    'startTimeEpoch startTimeISO storageTimeEpoch storageTimeISO deploymentID',
    'devTimeEpoch devTimeISO srcPreNAT dstPreNAT srcPostNAT dstPostNAT',
    'srcPreNATPort dstPreNATPort srcPostNATPort dstPostNATPort hasIdentity payload',
    'srcIPv6 dstIPv6 srcIPV6 dstIPV6',
    'eventCnt hasOffense domainID domainName eventName lowLevelCategory highLevelCategory',
    'eventDescription srcAssetName dstAssetName protocolName logSource srcNetName dstNetName',
    'logSourceType logSourceGroup logSourceIdentifier',
  ].flatMap((line) => line.split(' ')),
);

/** The fields that hold one IP address each, in the order they are taken, and the rule of each. */
export const addressFields: readonly (readonly [field: string, rule: string])[] = [
  ['src', 'SRC_IP'],
  ['dst', 'DST_IP'],
  ['srcPreNAT', 'RE_IP'],
  ['dstPreNAT', 'RE_IP'],
  ['srcPostNAT', 'RE_IP'],
  ['dstPostNAT', 'RE_IP'],
  ['srcIPv6', 'SRC_IP'],
  ['srcIPV6', 'SRC_IP'],
  ['dstIPv6', 'DST_IP'],
  ['dstIPV6', 'DST_IP'],
];
