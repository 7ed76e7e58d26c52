import { defaultUrlProperties, type ExtractionOptions, type IndicatorProperty } from './options.js';
import { compilePattern, type LinearPattern } from './patterns.js';

/** What a custom property holds: one URL, only one kind of indicator, or free text. */
export type PropertyKind = IndicatorProperty['kind'] | 'TEXT';

const maxRemembered = 4096;

/** Says by its name what a custom property holds. Names are few and come again: they are remembered. */
export class PropertyKinds {
  readonly #patterns: readonly { readonly pattern: LinearPattern; readonly kind: PropertyKind }[];
  readonly #remembered = new Map<string, PropertyKind>();
  /** Whether the hot path's reading of properties is enough: only the default URL properties. */
  readonly isDefault: boolean;

  /** Throws ServiceError TF_PATTERN when a pattern cannot be used. */
  constructor(options: ExtractionOptions) {
    const urls = options.urlProperties ?? defaultUrlProperties;
    const typed = options.indicatorProperties ?? [];
    this.isDefault = urls === defaultUrlProperties && typed.every(({ kind }) => kind !== 'URL');
    this.#patterns = [
      ...typed.map(({ pattern, kind }, index) => ({
        pattern: compilePattern(pattern, {
          path: `extraction.indicatorProperties[${index}].pattern`,
          subject: 'indicatorProperties',
          ignoresCase: true,
        }),
        kind,
      })),
      {
        pattern: compilePattern(urls, {
          path: 'extraction.urlProperties',
          subject: 'urlProperties',
          ignoresCase: true,
        }),
        kind: 'URL' as const,
      },
    ];
  }

  of(name: string): PropertyKind {
    const known = this.#remembered.get(name);
    if (known !== undefined) return known;
    const kind = this.#patterns.find(({ pattern }) => pattern.matches(name))?.kind ?? 'TEXT';
    if (this.#remembered.size >= maxRemembered) this.#remembered.clear();
    this.#remembered.set(name, kind);
    return kind;
  }
}
