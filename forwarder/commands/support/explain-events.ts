export async function explainEvents(_o: unknown, _a: unknown): Promise<number> { return 0; }
