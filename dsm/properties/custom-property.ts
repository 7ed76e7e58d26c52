/** What JSA makes of a property's text. */
export type PropertyType = 'string' | 'numeric' | 'ip' | 'time';

/** A custom property: a field of JSA that is filled from an attribute of our events. */
export interface CustomProperty {
  /** As the console shows it and AQL names it, in double quotes. */
  readonly name: string;
  /** The LEEF key it is read from. */
  readonly key: string;
  readonly type: PropertyType;
  /** One sentence. */
  readonly description: string;
  /**
   * Whether JSA reads it when the event comes in ("parse in advance for rules, reports and
   * searches"), not first when somebody looks: for what rules and searches filter by.
   */
  readonly forRules: boolean;
}
