/** Why the scanner says "perhaps": the bits of what scan() gives back. */
export const scanReasons = {
  /** A host, an address or a hash that the index may hold. */
  candidate: 1,
  /** A word by which our own messages are known: the loop guard must see the line. */
  watchWord: 2,
  /** More than one JSON object: the line may hold several events. */
  severalObjects: 4,
  /** A JSON value that is no text: lists and objects are written anew when they are decoded. */
  nestedValue: 8,
  /** The event stands for several: its lost payloads are counted. */
  lostPayloads: 16,
  /** A letter, digit or other part of a word written as a JSON escape. */
  unusualEscape: 32,
  /** A host written so that it only shows when decoded: percent escapes, letters beyond ASCII. */
  unusualHost: 64,
  /** A feed holds a mask without any fixed word (`*login*`): nothing is sure. */
  unfilterableMask: 128,
} as const;

export type ScanReason = keyof typeof scanReasons;

/** The names of the reasons in a result of scan(); none for 0. */
export function reasonsOf(result: number): readonly ScanReason[] {
  return (Object.keys(scanReasons) as ScanReason[]).filter((name) => result & scanReasons[name]);
}
