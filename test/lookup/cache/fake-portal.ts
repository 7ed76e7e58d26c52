import type { LookupKind, LookupObject } from '../../../forwarder/lookup/lookup-object.js';
import type { LookupResult, Quota, Report } from '../../../forwarder/lookup/lookup-result.js';
import type { Portal, Sections } from '../../../forwarder/lookup/portal.js';

export interface Asked {
  readonly value: string;
  readonly sections: Sections;
}

/** A portal that answers from a function; what was asked is kept. */
export interface FakePortal extends Portal {
  readonly asked: readonly Asked[];
  readonly inFlight: { readonly now: number; readonly most: number };
  readonly isClosed: boolean;
  quota: Quota | undefined;
}

type Said = Report | 'no-data' | Extract<LookupResult, { readonly kind: 'failed' }>;

export interface FakePortalOptions {
  readonly name?: Portal['name'];
  readonly address?: string;
  readonly clock?: () => number;
  /** Waited for before each answer. */
  readonly gate?: (signal: AbortSignal | undefined) => Promise<void>;
}

export function fakePortal(
  say: (object: LookupObject, sections: Sections) => Said,
  { name = 'tip', address = 'https://portal.test', clock = Date.now, gate }: FakePortalOptions = {},
): FakePortal {
  const asked: Asked[] = [];
  const inFlight = { now: 0, most: 0 };
  const portal = {
    name,
    address,
    quota: undefined as Quota | undefined,
    asked,
    inFlight,
    isClosed: false,
    async lookup(object: LookupObject, sections: Sections, signal?: AbortSignal) {
      asked.push({ value: object.value, sections });
      inFlight.now += 1;
      inFlight.most = Math.max(inFlight.most, inFlight.now);
      await gate?.(signal);
      inFlight.now -= 1;
      return resultOf(say(object, sections), clock());
    },
    close() {
      portal.isClosed = true;
      return Promise.resolve();
    },
  };
  return portal;
}

function resultOf(said: Said, atMs: number): LookupResult {
  if (said === 'no-data') return { kind: 'no-data', from: 'portal', atMs };
  if (said['kind'] === 'failed') return said as Extract<LookupResult, { kind: 'failed' }>;
  return { kind: 'report', report: said, from: 'portal', atMs };
}

export function failure(
  kind: Extract<LookupResult, { readonly kind: 'failed' }>['failure'],
  message: string = kind,
): Extract<LookupResult, { readonly kind: 'failed' }> {
  return { kind: 'failed', failure: kind, message, hint: `what to do about ${kind}` };
}

export function object(kind: LookupKind, value: string): LookupObject {
  return { kind, value, text: value };
}
