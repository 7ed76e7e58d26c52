/** Something that happens once, and that one can ask about or wait for. */
export interface SignalOnce {
  readonly isGiven: boolean;
  readonly promise: Promise<void>;
  give(): void;
}

export function signalOnce(): SignalOnce {
  let isGiven = false;
  let settle: () => void = () => undefined;
  const promise = new Promise<void>((resolve) => (settle = resolve));
  return {
    promise,
    get isGiven() {
      return isGiven;
    },
    give() {
      isGiven = true;
      settle();
    },
  };
}
