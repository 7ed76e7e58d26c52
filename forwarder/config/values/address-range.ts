import { isIPv4, isIPv6 } from 'node:net';

export const addressRangeForms = 'an IP address or a range, such as 192.0.2.1 or 192.0.2.0/24';

/** Whether the text is an IPv4 or IPv6 address, alone or with a prefix length. */
export function isAddressRange(text: string): boolean {
  const [address = '', bits, ...more] = text.split('/');
  if (more.length > 0) return false;
  const width = isIPv4(address) ? 32 : isIPv6(address) ? 128 : -1;
  if (width < 0) return false;
  return bits === undefined || (/^[0-9]{1,3}$/.test(bits) && Number(bits) <= width);
}
