import type { LookupObject } from '../../../forwarder/lookup/lookup-object.js';
import type {
  LookupFailure,
  LookupResult,
  Quota,
} from '../../../forwarder/lookup/lookup-result.js';
import type { CachingPortal, Sections } from '../../../forwarder/lookup/portal.js';

/** A lookup that waits for its answer. */
export interface Asked {
  readonly object: LookupObject;
  readonly sections: Sections;
  answer(result: LookupResult): Promise<void>;
}

/** A portal that answers when the test says so, and keeps what it answered. */
export class FakePortal implements CachingPortal {
  readonly name = 'tip';
  readonly address = 'https://portal.example';
  quota: Quota | undefined;
  readonly asked: Asked[] = [];
  isClosed = false;
  keeps = true;
  readonly #known = new Map<string, LookupResult>();

  known(object: LookupObject, sections: Sections): LookupResult | undefined {
    return this.#known.get(keyOf(object, sections));
  }

  lookup(object: LookupObject, sections: Sections, signal?: AbortSignal): Promise<LookupResult> {
    return new Promise((resolve) => {
      signal?.addEventListener('abort', () => {
        resolve(failed('stopped'));
      });
      const answer = async (result: LookupResult): Promise<void> => {
        if (this.keeps && result.kind !== 'failed') this.know(object, sections, result);
        resolve(result);
        await settled();
      };
      this.asked.push({ object, sections, answer });
    });
  }

  know(object: LookupObject, sections: Sections, result: LookupResult): void {
    this.#known.set(keyOf(object, sections), result);
  }

  close(): Promise<void> {
    this.isClosed = true;
    return Promise.resolve();
  }
}

/** Everything that follows by promises alone is done. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
}

function keyOf({ kind, value }: LookupObject, sections: Sections): string {
  return JSON.stringify([kind, value, sections]);
}

export function report(content: Readonly<Record<string, unknown>>): LookupResult {
  return { kind: 'report', report: content, from: 'portal', atMs: 1 };
}

export const noData: LookupResult = { kind: 'no-data', from: 'portal', atMs: 1 };

export function failed(failure: LookupFailure): LookupResult {
  return { kind: 'failed', failure, message: `the portal: ${failure}`, hint: 'do something' };
}
