import type { ConfigPath } from './config-path.js';
import type { Config } from './schema.js';

/** A part of the configuration that the schema knows and that is not built yet. */
interface UnbuiltFeature {
  /** As the reference page names it. */
  readonly key: string;
  /** The places where it is switched on; none when it is off. */
  readonly placesOn: (config: Config) => readonly ConfigPath[];
  /** What stands there, in words. */
  readonly found: string;
  /** What to set instead. */
  readonly expected: string;
}

/** One row for each part that is to be built: building it ends with deleting its row. */
const unbuiltFeatures: readonly UnbuiltFeature[] = [
  {
    key: 'intake.cybertrace',
    placesOn: ({ intake }) => (intake.cybertrace === false ? [] : [['intake', 'cybertrace']]),
    found: "a listener for CyberTrace's protocol, which is not available yet",
    expected: 'intake.cybertrace: false, or no such key',
  },
  {
    key: 'delivery.collectors[].dialect (but leef)',
    placesOn: ({ delivery }) =>
      delivery.collectors.flatMap(({ dialect = 'leef' }, index) =>
        dialect === 'leef' ? [] : [['delivery', 'collectors', index, 'dialect']],
      ),
    found: 'a dialect that is not available yet',
    expected: 'dialect: leef, or no such key',
  },
];

/** The keys of all parts that are not built, for the reference page. */
export const unbuiltKeys: readonly string[] = unbuiltFeatures.map(({ key }) => key);

export interface SwitchedOn {
  readonly path: ConfigPath;
  readonly found: string;
  readonly expected: string;
}

/** Parts that are switched on and not built. What is left out of a configuration is never one. */
export function unbuiltFeaturesOn(config: Config): readonly SwitchedOn[] {
  return unbuiltFeatures.flatMap(({ placesOn, found, expected }) =>
    placesOn(config).map((path) => ({ path, found, expected })),
  );
}

/** What is allowed and deserves a word at start. */
export function configWarnings(config: Config): readonly string[] {
  const warnings: string[] = [];
  if (!config.feeds.some(({ enabled }) => enabled)) {
    warnings.push('no feeds are configured (feeds): nothing can be detected');
  }
  if (config.intake.jsa === false) {
    warnings.push('intake.jsa is false: no events are received');
  }
  return warnings;
}
