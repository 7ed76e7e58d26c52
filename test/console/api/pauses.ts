/** Waiting that close() ends: no timer is left. */
export class Pauses {
  private readonly endings = new Set<() => void>();
  private isClosed = false;

  /** Resolves after so many milliseconds, or at close(). */
  async wait(ms: number): Promise<void> {
    if (ms <= 0 || this.isClosed) return;
    await new Promise<void>((done) => {
      const end = (): void => {
        clearTimeout(timer);
        this.endings.delete(end);
        done();
      };
      const timer = setTimeout(end, ms);
      this.endings.add(end);
    });
  }

  close(): void {
    this.isClosed = true;
    for (const end of this.endings) end();
  }
}
