import { ServiceError } from '../../core/index.js';
import type { FeedInfo } from '../../core/index.js';
import { givesField, lookupFunctions } from '../../lookup/functions/index.js';
import type { LookupKind } from '../../lookup/lookup-object.js';
import { planFor } from '../../lookup/may-look-up.js';
import type { EnrichPlan, EnrichRule } from '../../lookup/may-look-up.js';

/** Which entry of `lookup.enrich` fits a detection, worked out once for each feed and kind. */
export class LookupPlans {
  readonly #rules: readonly EnrichRule[];
  readonly #byFeed = new WeakMap<FeedInfo, Map<LookupKind, EnrichPlan | undefined>>();
  /** Equal ones are one, also those of an index and of the one after it. */
  readonly #plans = new Map<string, EnrichPlan>();

  /** Throws ServiceError TF_CONFIG for a field there is not. */
  constructor(rules: readonly EnrichRule[]) {
    checkFields(rules);
    this.#rules = rules;
  }

  planOf(feed: FeedInfo, kind: LookupKind): EnrichPlan | undefined {
    let plans = this.#byFeed.get(feed);
    if (plans === undefined) {
      plans = new Map();
      this.#byFeed.set(feed, plans);
    }
    if (!plans.has(kind)) plans.set(kind, this.#shared(planFor(this.#rules, feed, kind)));
    return plans.get(kind);
  }

  #shared(plan: EnrichPlan | undefined): EnrichPlan | undefined {
    if (plan === undefined) return undefined;
    const key = `${plan.rule} ${plan.kind}`;
    const known = this.#plans.get(key) ?? plan;
    this.#plans.set(key, known);
    return known;
  }
}

/** Every field of every entry is one that a function gives. Throws ServiceError TF_CONFIG. */
export function checkFields(rules: readonly EnrichRule[]): void {
  for (const [at, { fields }] of rules.entries()) {
    for (const [number, name] of fields.entries()) {
      if (lookupFunctions.some((each) => givesField(each, name))) continue;
      throw new ServiceError('TF_CONFIG', `there is no field "${name}"`, {
        where: `lookup.enrich[${at}].fields[${number}]`,
        hint: hintFor(name),
      });
    }
  }
}

function hintFor(name: string): string {
  const wanted = name.replace(/^\$/, '').toLowerCase();
  const names = lookupFunctions.flatMap(({ rules }) => rules.map((rule) => rule.name));
  const meant = names.find((one) => one.toLowerCase() === wanted);
  return meant === undefined
    ? 'name fields of docs/reference/lookup-fields.md; letter case counts'
    : `write ${meant}: letter case counts`;
}
