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
