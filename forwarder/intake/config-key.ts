/**
 * Where the configuration has the listener of a name: `intake.jsa`, and for `cybertrace-2`, the first of
 * the further ones, `intake.moreCybertrace[0]`.
 */
export function configKeyOf(listener: string): string {
  const number = /^cybertrace-(\d+)$/.exec(listener)?.[1];
  return number === undefined
    ? `intake.${listener}`
    : `intake.moreCybertrace[${Number(number) - 2}]`;
}
