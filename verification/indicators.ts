/**
 * The form in which a value of an event and a value of a detection are compared here. A detection
 * may show an indicator with or without its scheme and the last slash, in either letter case:
 * `HTTP://Fakess123.nu/` and `fakess123.nu` are the same. Deliberately not the service's own
 * normalisation: the verification judges the service from outside.
 */
export function indicatorKey(value: string): string {
  const withoutScheme = value.trim().replace(/^[a-z][a-z0-9+.-]*:\/\//i, '');
  return withoutScheme.replace(/\/$/, '').toLowerCase();
}

/** Whether a detection attribute says anything; `-` stands for an absent value. */
export function isPresent(value: string | undefined): value is string {
  return value !== undefined && value !== '' && value !== '-';
}

/** Attributes of a detection that can name the indicator, the first one present counts. */
const indicatorAttributes = ['matchedIndicator', 'url', 'md5', 'sha1', 'sha256', 'ip', 'dst'];

/**
 * The value a detection is about: `matchedIndicator`, or, where a service's format has no such
 * attribute, the first attribute that holds a value which was sent. Undefined when it names none.
 */
export function indicatorOf(
  attributes: ReadonlyMap<string, string>,
  sentKeys: ReadonlySet<string>,
): string | undefined {
  const matched = attributes.get('matchedIndicator');
  if (isPresent(matched)) return matched;
  const values = indicatorAttributes.map((name) => attributes.get(name)).filter(isPresent);
  return values.find((value) => sentKeys.has(indicatorKey(value))) ?? values[0];
}
