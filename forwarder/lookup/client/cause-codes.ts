/** The codes of an error and of those it stands for, the outermost first. */
export function causeCodes(error: unknown, depth = 0): readonly string[] {
  if (typeof error !== 'object' || error === null || depth > 4) return [];
  const { code, cause, errors } = error as { code?: unknown; cause?: unknown; errors?: unknown };
  // Undici keeps the error of each address it tried.
  const first: unknown = Array.isArray(errors) ? errors[0] : undefined;
  return [
    ...(typeof code === 'string' ? [code] : []),
    ...causeCodes(cause, depth + 1),
    ...causeCodes(first, depth + 1),
  ];
}
