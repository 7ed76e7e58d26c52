/** QIDs of what has no record of its own; the numbers are made up. */
export const builtInQids = { unknown: 38_750_001, stored: 38_750_002, undiscovered: 38_750_003 };

export const builtInQidNames: ReadonlyMap<number, string> = new Map([
  [builtInQids.unknown, 'Unknown'],
  [builtInQids.stored, 'Stored'],
  [builtInQids.undiscovered, 'Unknown Log Event'],
]);
