export const collectorUrlForms =
  'udp://HOST:514, tcp://HOST:514, tls://HOST:6514 or unix:///PATH, without user name or path';

/**
 * Whether a collector's URL has the right shape: what can be told here without the rules of a
 * transport. Delivery checks hosts and socket paths more closely when it makes its transports.
 */
export function isCollectorUrl(text: string): boolean {
  if (/[\u0000-\u0020\u007f]/.test(text)) return false;
  const parts = /^([A-Za-z]+):\/\/(.*)$/.exec(text);
  const rest = parts?.[2] ?? '';
  switch (parts?.[1]?.toLowerCase()) {
    case 'unix':
      return /^\/[^/]/.test(rest);
    case 'udp':
    case 'tcp':
    case 'tls':
      return isAuthority(rest.endsWith('/') ? rest.slice(0, -1) : rest);
    default:
      return false;
  }
}

function isAuthority(text: string): boolean {
  const parts = /^(?:\[[0-9A-Fa-f:.]+\]|[^:@/?#[\]]+)(?::([0-9]{1,5}))?$/.exec(text);
  if (parts === null) return false;
  const port = parts[1] === undefined ? 1 : Number(parts[1]);
  return port >= 1 && port <= 65535;
}

/**
 * A text as it may be shown: what stands before an `@`, in a URL or as `user:password@host`, may be a
 * password.
 */
export function withoutCredentials(text: string): string {
  return /:\/\/|^[^\s/:]+:[^\s/@]*@/.test(text)
    ? text.replace(/^([^/]*:\/\/)?[^]*@/, '$1(hidden)@')
    : text;
}
