/** A detection, and where the event is that it is about. */
export interface FoundLine {
  readonly file: string;
  /** Number of the line, from 1. */
  readonly line: number;
  readonly category: string;
  readonly indicator: string;
  /** The whole line as it goes into a report, without LF. */
  readonly text: string;
}

/** `category=KL_…` of CyberTrace's formats; LEEF has the event id as its fifth part. */
const categoryForms = [
  /(?:^|[\s|])category=([^\s|]+)/i,
  /LEEF:[\d.]+\|[^|]*\|[^|]*\|[^|]*\|([^|\s]+)\|/,
  /CEF:\d+\|[^|]*\|[^|]*\|[^|]*\|([^|]+)\|/,
  /\b(KL_[A-Za-z0-9_]+)/,
];
const indicatorForms = [
  /(?:^|[\s|])matchedIndicator=([^\s|]+)/i,
  /(?:^|[\s|])(?:detected|indicator)=([^\s|]+)/i,
  /(?:^|[\s|])(?:url|ip|md5|sha1|sha256)=(?!-(?:[\s|]|$))([^\s|]+)/i,
];

/**
 * The category and the matched indicator of a reply line, whatever format the service was told to
 * write; `-` for what cannot be found:
 *
 *     - category=KL_IP_Reputation matchedIndicator=192.0.2.1 url=- …   → KL_IP_Reputation, 192.0.2.1
 *     Category=KL_Phishing_URL|MatchedIndicator=evil.example|id=1      → KL_Phishing_URL, evil.example
 */
export function replyFields(text: string): {
  readonly category: string;
  readonly indicator: string;
} {
  return { category: firstOf(categoryForms, text), indicator: firstOf(indicatorForms, text) };
}

function firstOf(forms: readonly RegExp[], text: string): string {
  for (const form of forms) {
    const found = form.exec(text)?.[1];
    if (found !== undefined) return found;
  }
  return '-';
}
