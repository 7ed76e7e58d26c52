import type { EventDescription } from './event-description.js';
import { lowLevelCategories as categories } from './low-level-categories.js';
import type { LowLevelCategory } from './low-level-categories.js';

/** What a detection was made on: the last part of its event id. */
const objects = ['URL', 'IP', 'Hash_MD5', 'Hash_SHA1', 'Hash_SHA256'] as const;
type DetectedObject = (typeof objects)[number];

const hashObjects = ['Hash_MD5', 'Hash_SHA1', 'Hash_SHA256'] as const;
const addressObjects = ['URL', 'IP'] as const;

/** One family of feeds: `KL_<stem>_<object>` for each of its objects. */
interface Family {
  readonly stem: string;
  /** Completes "A URL/An IP address/A file hash …". */
  readonly what: string;
  readonly severity: number;
  /** When it is not every one: a feed may hold any kind of indicator, whatever its name says. */
  readonly objects?: readonly DetectedObject[];
  /** When it is not that of the object. */
  readonly category?: LowLevelCategory;
  /** Event ids that do not follow the rule. */
  readonly exceptions?: Partial<Readonly<Record<DetectedObject, string>>>;
  readonly origin?: EventDescription['origin'];
}

/**
 * Kaspersky's feeds (CyberTrace help, page 291802). Severity 8 and Blacklist Address for
 * KL_Malicious_URL are its own choice (page 171611); Botnet Address for KL_Mobile_BotnetCnc_URL is
 * the one mapping that the DSM guide prints.
 */
const families: readonly Family[] = [
  { stem: 'APT', what: 'of a targeted attack (APT)', severity: 9 },
  {
    stem: 'BotnetCnC',
    what: 'of a botnet command and control server',
    severity: 9,
    objects: addressObjects,
    category: categories.botnetAddress,
  },
  { stem: 'BotnetCnC', what: 'of a botnet', severity: 9, objects: hashObjects },
  { stem: 'ICS', what: 'that endangers control systems', severity: 8 },
  {
    stem: 'InternalTI',
    what: 'on the internal threat list',
    severity: 7,
    category: categories.watchlistAddress,
  },
  {
    stem: 'BlackList',
    what: 'on the block list',
    severity: 7,
    category: categories.watchlistAddress,
    origin: 'vendor',
  },
  { stem: 'IoT', what: 'that attacks devices of the internet of things', severity: 7 },
  {
    stem: 'IP_Reputation',
    what: 'with a bad reputation',
    severity: 7,
    exceptions: { IP: 'KL_IP_Reputation' },
  },
  { stem: 'Malicious', what: 'that is malicious', severity: 8 },
  {
    stem: 'Mobile_Botnet',
    what: 'of a mobile botnet',
    severity: 8,
    category: categories.botnetAddress,
    exceptions: { URL: 'KL_Mobile_BotnetCnc_URL' },
  },
  {
    stem: 'Mobile_Malicious',
    what: 'of malicious software for mobile devices',
    severity: 8,
  },
  { stem: 'Phishing', what: 'used for phishing', severity: 7 },
  { stem: 'PSMS', what: 'of a premium SMS trojan', severity: 7 },
  { stem: 'Ransomware', what: 'that spreads ransomware', severity: 9 },
  {
    stem: 'Vulnerability',
    what: 'of vulnerable software or an exploit',
    severity: 6,
  },
];

/** Every detection with a fixed event id. */
export const detections: readonly EventDescription[] = families.flatMap((family) =>
  (family.objects ?? objects).map((object) => ({
    id: family.exceptions?.[object] ?? `KL_${family.stem}_${object}`,
    type: 'Detect' as const,
    description: `${nounOf(object)} ${family.what} was found in an event`,
    severity: family.severity,
    category: categoryOf(object, family.category),
    origin: family.origin ?? 'emitted',
  })),
);

/** The description of a detection by a feed that has no entry above: its object decides. */
export function describeOpenDetection(id: string): EventDescription {
  const object = objects.find((each) => id.endsWith(`_${each}`));
  return {
    id,
    type: 'Detect',
    description: `${object === undefined ? 'An indicator' : nounOf(object)} of a threat feed was found in an event`,
    severity: 7,
    category:
      object === undefined
        ? categories.suspiciousActivity
        : // As with KL_BotnetCnC_URL: the name says what the address is.
          categoryOf(object, /botnet/i.test(id) ? categories.botnetAddress : undefined),
    origin: 'emitted',
  };
}

function nounOf(object: DetectedObject): string {
  switch (object) {
    case 'URL':
      return 'A URL';
    case 'IP':
      return 'An IP address';
    case 'Hash_MD5':
    case 'Hash_SHA1':
    case 'Hash_SHA256':
      return `A file hash (${object.slice('Hash_'.length)})`;
    default:
      return object satisfies never;
  }
}

/** `address` applies to URLs and addresses only: a file is no address. */
function categoryOf(
  object: DetectedObject,
  address: LowLevelCategory | undefined,
): LowLevelCategory {
  switch (object) {
    case 'URL':
      return address ?? categories.blacklistAddress;
    case 'IP':
      return address ?? categories.knownOffenderIp;
    case 'Hash_MD5':
    case 'Hash_SHA1':
    case 'Hash_SHA256':
      return categories.maliciousSoftware;
    default:
      return object satisfies never;
  }
}
