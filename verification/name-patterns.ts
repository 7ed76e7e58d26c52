/**
 * Tells whether a feed name is chosen by a pattern: `*` stands for any characters, `?` for one;
 * letter case and a last `.json` do not count. `Demo_*` chooses all demo feeds.
 * Linear in practice and never slow: the classic two-pointer walk that steps back to the last `*`.
 */
export function matchesName(pattern: string, name: string): boolean {
  const wanted = bareName(pattern);
  const text = bareName(name);
  let at = 0;
  let starAt = -1;
  let resumeAt = 0;
  let index = 0;
  while (index < text.length) {
    if (at < wanted.length && wanted[at] === '*') {
      starAt = at;
      at += 1;
      resumeAt = index;
    } else if (at < wanted.length && (wanted[at] === '?' || wanted[at] === text[index])) {
      at += 1;
      index += 1;
    } else if (starAt >= 0) {
      at = starAt + 1;
      resumeAt += 1;
      index = resumeAt;
    } else {
      return false;
    }
  }
  while (wanted[at] === '*') at += 1;
  return at === wanted.length;
}

/** A feed's name without `.json`, in lower case: CyberTrace names feeds by their files. */
export function bareName(name: string): string {
  return name
    .trim()
    .toLowerCase()
    .replace(/\.json$/, '');
}
