import type { HashKind, Observable } from '../core/index.js';
import type { NormalUrl } from '../normalise/index.js';

/** Why a value that looked like an indicator was not taken. */
export type IgnoredReason =
  | 'found before'
  | 'address that names no host'
  | "the source's own rule found a value"
  | 'not of the kind of the rule'
  | 'the rest was left out: the pattern takes too much work, or makes too much text'
  | 'an ignore rule drops the event';

/** Told of every step when an operator asks why (explain); absent otherwise. */
export interface Trace {
  found(observable: Observable, field: string, offset: number): void;
  ignored(rule: string, text: string, field: string, offset: number, reason: IgnoredReason): void;
}

/** Characters shown of a text that was not searched. */
const shownRest = 40;

/** Never an indicator: 0.0.0.0/8 stands in NAT fields of events that have none; `::` likewise. */
function namesNoHost(address: string): boolean {
  return address === '::' || address.startsWith('0.');
}

/** Up to so many observables are told apart by comparing them. */
const few = 16;

function identityOf({ kind, value }: Observable): string {
  return `${kind} ${value}`;
}

/** Collects what the rules find in one event: distinct observables, and each rule's first value. */
export class Findings {
  readonly observables: Observable[] = [];
  readonly values = new Map<string, string>();
  /** Kind and value of each observable, once there are many. */
  #seen: Set<string> | undefined;
  readonly #trace: Trace | undefined;
  #closed: ReadonlySet<string> = new Set();
  #patternsGivenUp = 0;

  constructor(trace?: Trace) {
    this.#trace = trace;
  }

  /** How often a pattern was given up. */
  get patternsGivenUp(): number {
    return this.#patternsGivenUp;
  }

  /** From now on the rules that have found something find nothing more. */
  closeRules(): void {
    this.#closed = new Set(this.values.keys());
  }

  isClosed(rule: string): boolean {
    return this.#closed.has(rule);
  }

  /** Keeps a value without looking it up; the first of each rule stays. */
  addValue(rule: string, text: string): void {
    if (!this.#closed.has(rule) && !this.values.has(rule)) this.values.set(rule, text);
  }

  addUrl(rule: string, text: string, url: NormalUrl, field: string, offset: number): void {
    const { value, host, hostText } = url;
    this.#add({ kind: 'url', rule, text, value, host, hostText }, field, offset);
  }

  /**
   * `value` is the normal form. An address that names no host is left out, as text and as value;
   * false then.
   */
  add(
    kind: 'domain' | 'ip' | HashKind,
    rule: string,
    text: string,
    value: string,
    field: string,
    offset: number,
  ): boolean {
    if (kind === 'ip' && namesNoHost(value)) {
      this.#trace?.ignored(rule, text, field, offset, 'address that names no host');
      return false;
    }
    this.#add({ kind, rule, text, value }, field, offset);
    return true;
  }

  /** Notes a text that a typed rule took but that is no value of its kind. */
  notOfKind(rule: string, text: string, field: string, offset: number): void {
    this.#trace?.ignored(rule, text, field, offset, 'not of the kind of the rule');
  }

  /** Notes that a pattern was given up, and before what. */
  notSearched(rule: string, text: string, field: string, offset: number): void {
    this.#patternsGivenUp += 1;
    const reason = 'the rest was left out: the pattern takes too much work, or makes too much text';
    this.#trace?.ignored(rule, text.slice(offset, offset + shownRest), field, offset, reason);
  }

  /** Notes what an ignore rule matched. */
  droppedBy(rule: string, text: string, offset: number): void {
    this.#trace?.ignored(rule, text, 'text', offset, 'an ignore rule drops the event');
  }

  /** Few are compared one by one: making an identity of each costs more. */
  #isKnown(observable: Observable): boolean {
    const { kind, value } = observable;
    if (this.observables.length < few) {
      return this.observables.some((one) => one.value === value && one.kind === kind);
    }
    this.#seen ??= new Set(this.observables.map(identityOf));
    const identity = identityOf(observable);
    const isKnown = this.#seen.has(identity);
    this.#seen.add(identity);
    return isKnown;
  }

  #add(observable: Observable, field: string, offset: number): void {
    const { rule, text } = observable;
    if (this.#closed.has(rule)) {
      const reason = "the source's own rule found a value";
      this.#trace?.ignored(rule, text, field, offset, reason);
      return;
    }
    if (!this.values.has(rule)) this.values.set(rule, text);
    if (this.#isKnown(observable)) {
      this.#trace?.ignored(rule, text, field, offset, 'found before');
      return;
    }
    this.observables.push(observable);
    this.#trace?.found(observable, field, offset);
  }
}
