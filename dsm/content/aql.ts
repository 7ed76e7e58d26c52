/** A text in AQL. How a quote inside it would be written is nowhere documented, so it is left out. */
export function aqlText(value: string): string {
  return `'${value.replaceAll("'", '')}'`;
}

/** A custom property or an alias in AQL: `"Matched Indicator"`. */
export function aqlName(name: string): string {
  return `"${name.replaceAll('"', '')}"`;
}

/**
 * Whether the log source is that with the identifier, also where JSA named it by itself: it puts the type
 * and ` @ ` before the identifier then. `_` stands for any one character here, which does no harm.
 */
export function fromLogSource(identifier: string): string {
  return `LOGSOURCENAME(logsourceid) ILIKE ${aqlText(`%${identifier}`)}`;
}
