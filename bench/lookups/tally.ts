import { latencyFigures } from '../latencies.js';
import type { LoadFigures } from './load.js';
import { judge } from './replies.js';
import type { LookupRequest } from './requests.js';

/** Counts what becomes of the requests of one load. */
export class Tally {
  readonly #detects: boolean;
  readonly #latenciesMs: number[] = [];
  readonly #latenessMs: number[] = [];
  readonly #errors: Record<string, number> = {};
  readonly #startedAtMs = performance.now();
  readonly #cpuBefore = process.cpuUsage();
  #answeredAtMs = this.#startedAtMs;
  #requests = 0;
  #expected = 0;
  #found = 0;
  #missed = 0;
  #wrong = 0;
  #broken = 0;

  constructor(detects: boolean) {
    this.#detects = detects;
  }

  /** Requests begun so far. */
  get requests(): number {
    return this.#requests;
  }

  /** Requests that are on their way. */
  get open(): number {
    return this.#requests - this.#latenciesMs.length - this.#broken;
  }

  begin(request: LookupRequest, lateMs: number): void {
    this.#requests += 1;
    if (this.#isListed(request)) this.#expected += 1;
    this.#latenessMs.push(lateMs);
  }

  /** A reply has come whole; `sinceMs` is when its time began. */
  answer(request: LookupRequest, detections: string, sinceMs: number): void {
    const nowMs = performance.now();
    this.#answeredAtMs = nowMs;
    this.#latenciesMs.push(nowMs - sinceMs);
    const isListed = this.#isListed(request);
    const judgement = judge(detections, isListed ? request.listed : undefined);
    if (judgement === 'wrong') this.#wrong += 1;
    else if (judgement === 'missed') this.#missed += 1;
    else if (isListed) this.#found += 1;
  }

  /** `requests` requests of one connection will have no reply. */
  fail(requests: number, code: string): void {
    this.#broken += requests;
    this.#errors[code] = (this.#errors[code] ?? 0) + requests;
  }

  /** The figures; `neverBegun` are requests that were due and could not be sent. */
  figures(neverBegun: number): LoadFigures {
    const { user, system } = process.cpuUsage(this.#cpuBefore);
    const answered = this.#latenciesMs.length;
    const seconds = (this.#answeredAtMs - this.#startedAtMs) / 1000;
    return {
      requests: this.#requests,
      answered,
      perSecond: seconds === 0 ? 0 : answered / seconds,
      broken: this.#broken,
      unanswered: this.open + neverBegun,
      expected: this.#expected,
      found: this.#found,
      missed: this.#missed,
      wrong: this.#wrong,
      errors: this.#errors,
      latencyMs: latencyFigures(this.#latenciesMs),
      latenessMs: latencyFigures(this.#latenessMs),
      clientCpuSeconds: (user + system) / 1e6,
    };
  }

  #isListed({ listed }: LookupRequest): boolean {
    return this.#detects && listed !== undefined;
  }
}
