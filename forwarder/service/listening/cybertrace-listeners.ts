import type { Config, CybertraceConfig } from '../../config/index.js';

/** A listener of CyberTrace's protocol as configured. */
export interface NamedListener {
  /** `cybertrace`; the further ones `cybertrace-2`, `cybertrace-3` … */
  readonly name: string;
  readonly settings: CybertraceConfig;
}

/** The listeners of CyberTrace's protocol, in the configured order. */
export function cybertraceListeners({ intake }: Config): readonly NamedListener[] {
  const first: readonly CybertraceConfig[] = intake.cybertrace === false ? [] : [intake.cybertrace];
  return [
    ...first.map((settings) => ({ name: 'cybertrace', settings })),
    ...intake.moreCybertrace.map((settings, index) => ({
      name: `cybertrace-${index + 2}`,
      settings,
    })),
  ];
}
