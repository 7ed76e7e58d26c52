/** Does something with each; one that fails does not cost the others. Throws the first fault at the end. */
export function everyOne<Each>(each: readonly Each[], work: (one: Each) => void): void {
  let fault: { readonly error: unknown } | undefined;
  for (const one of each) {
    try {
      work(one);
    } catch (error) {
      fault ??= { error };
    }
  }
  if (fault !== undefined) throw fault.error;
}
