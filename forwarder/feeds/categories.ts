import { indicatorKinds, ServiceError, type FeedRole, type IndicatorKind } from '../core/index.js';

/** The last part of a category: what was found. A domain counts as a URL, a range as an IP. */
const objects: Readonly<Record<IndicatorKind, string>> = {
  url: 'URL',
  domain: 'URL',
  ip: 'IP',
  cidr: 'IP',
  md5: 'Hash_MD5',
  sha1: 'Hash_SHA1',
  sha256: 'Hash_SHA256',
};

interface Family {
  /** Start of the feed's name; `-` and `_` count as the same, letter case is ignored. */
  readonly prefix: string;
  /** Middle of the category: `KL_<stem>_<object>`. */
  readonly stem: string;
  /** Categories that do not follow the rule. */
  readonly exceptions?: Partial<Readonly<Record<IndicatorKind, string>>>;
}

/**
 * The feeds that Kaspersky names (CyberTrace help, pages 291802 and 171611). The spelling
 * `KL_Mobile_BotnetCnc_URL` is that of the DSM guide.
 */
const families: readonly Family[] = [
  { prefix: 'APT', stem: 'APT' },
  { prefix: 'Botnet_CnC', stem: 'BotnetCnC' },
  { prefix: 'BotnetCnC', stem: 'BotnetCnC' },
  { prefix: 'FalsePositive', stem: 'FalsePositive' },
  { prefix: 'ICS', stem: 'ICS' },
  { prefix: 'InternalTI', stem: 'InternalTI' },
  { prefix: 'IoT', stem: 'IoT' },
  {
    prefix: 'IP_Reputation',
    stem: 'IP_Reputation',
    exceptions: { ip: 'KL_IP_Reputation', cidr: 'KL_IP_Reputation' },
  },
  { prefix: 'Malicious', stem: 'Malicious' },
  {
    prefix: 'Mobile_Botnet',
    stem: 'Mobile_Botnet',
    exceptions: { url: 'KL_Mobile_BotnetCnc_URL', domain: 'KL_Mobile_BotnetCnc_URL' },
  },
  { prefix: 'Mobile_Malicious', stem: 'Mobile_Malicious' },
  { prefix: 'P_SMS', stem: 'PSMS' },
  { prefix: 'PSMS', stem: 'PSMS' },
  { prefix: 'Phishing', stem: 'Phishing' },
  { prefix: 'Ransomware', stem: 'Ransomware' },
  { prefix: 'Vulnerability', stem: 'Vulnerability' },
];

/** What a category of a detection looks like; `KL_ALERT_*` and `KL_EVALUATION_*` are not detections. */
const legalCategory = /^KL_(?!ALERT_|EVALUATION_)[A-Za-z0-9]+(?:_[A-Za-z0-9]+)*$/;
const longestStem = 200;

/** The name without `Demo_`: demo feeds have the categories of the feeds they show. */
function withoutDemo(name: string): string {
  return name.replace(/^demo[_-]/i, '');
}

/** The family with the longest prefix that ends where a word of the name ends. */
function familyOf(feedName: string): Family | undefined {
  const name = withoutDemo(feedName).replaceAll('-', '_').toLowerCase();
  let best: Family | undefined;
  for (const family of families) {
    const prefix = family.prefix.toLowerCase();
    const isPrefix = name === prefix || name.startsWith(`${prefix}_`);
    if (isPrefix && prefix.length > (best?.prefix.length ?? 0)) best = family;
  }
  return best;
}

/** The middle of an unknown feed's categories: `OSINT_URL_Data_Feed` → `OSINT`, `my list` → `my_list`. */
function stemOf(feedName: string): string {
  const words = withoutDemo(feedName)
    .replace(/(?:_(?:URL|IP|Hash))?_Data_Feed(?=$|[^A-Za-z0-9])/i, '')
    .replace(/[^A-Za-z0-9]+/g, '_')
    .slice(0, longestStem)
    .replace(/^_+|_+$/g, '');
  if (words === '') return 'Feed';
  return /^(?:ALERT|EVALUATION)(?:_|$)/i.test(words) ? `Feed_${words}` : words;
}

/**
 * The category (event id) of a detection for each kind of indicator of a feed, by the feed's name:
 * the longest known prefix decides, `Demo_` and letter case are ignored; an unknown feed gives
 * `KL_<name>_<object>`. `overrides` win; throws ServiceError TF_CONFIG when one is no legal category.
 */
export function categoriesFor(
  feedName: string,
  overrides: Partial<Readonly<Record<IndicatorKind, string>>> = {},
): Readonly<Record<IndicatorKind, string>> {
  const family = familyOf(feedName);
  const stem = family?.stem ?? stemOf(feedName);
  const categoryOf = (kind: IndicatorKind): string =>
    legal(overrides[kind], feedName, kind) ??
    family?.exceptions?.[kind] ??
    `KL_${stem}_${objects[kind]}`;
  const categories: [IndicatorKind, string][] = indicatorKinds.map((kind) => [
    kind,
    categoryOf(kind),
  ]);
  return Object.fromEntries(categories) as Record<IndicatorKind, string>;
}

function legal(category: string | undefined, feed: string, kind: string): string | undefined {
  if (category === undefined) return undefined;
  if (legalCategory.test(category) && category.length <= 255) return category;
  throw new ServiceError('TF_CONFIG', `The category "${category}" is not legal.`, {
    where: `feed ${feed}, categories.${kind}`,
    hint: 'Write KL_ and words of letters and digits joined by _, such as KL_Partner_URL; KL_ALERT_ and KL_EVALUATION_ are taken.',
  });
}

/** What a feed's name says about its use: FalsePositive suppresses, InternalTI is always detected. */
export function roleFor(feedName: string): FeedRole {
  switch (familyOf(feedName)?.stem) {
    case 'FalsePositive':
      return 'suppress';
    case 'InternalTI':
      return 'always';
    default:
      return 'detect';
  }
}

/** Whether a name is as Kaspersky names its feeds, demo feeds included: `…_Data_Feed`. */
export function isKasperskyName(feedName: string): boolean {
  return /_Data_Feed(?=$|[^A-Za-z0-9])/i.test(feedName);
}

/** The confidence of a feed that has none set: 100 for names as Kaspersky gives them, else 50. */
export function confidenceFor(feedName: string): number {
  return isKasperskyName(feedName) ? 100 : 50;
}
