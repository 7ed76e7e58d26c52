const numbers = new Intl.NumberFormat('en', { maximumFractionDigits: 1 });

/** `1,234,567`, `99.5`. */
export function numberText(value: number): string {
  return numbers.format(value);
}

/** The two largest units: `3 d 4 h`, `2 h 3 min`, `45 s`. */
export function durationText(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const units = [
    ['d', Math.floor(whole / 86_400)],
    ['h', Math.floor(whole / 3600) % 24],
    ['min', Math.floor(whole / 60) % 60],
    ['s', whole % 60],
  ] as const;
  const first = units.findIndex(([, count]) => count > 0);
  if (first === -1) return '0 s';
  return units
    .slice(first, first + 2)
    .filter(([, count]) => count > 0)
    .map(([unit, count]) => `${count} ${unit}`)
    .join(' ');
}

/** `12 matched, 3 clean`; `none` when there is nothing to list. */
export function countsText(counts: Readonly<Record<string, number>>): string {
  const listed = Object.entries(counts)
    .sort(([, one], [, other]) => other - one)
    .map(([name, count]) => `${numberText(count)} ${name}`);
  return listed.length === 0 ? 'none' : listed.join(', ');
}

/** How long ago a time was, seen from another; `never` for one that was not. */
export function agoText(at: string | null, now: string): string {
  if (at === null) return 'never';
  return `${durationText((Date.parse(now) - Date.parse(at)) / 1000)} ago`;
}
