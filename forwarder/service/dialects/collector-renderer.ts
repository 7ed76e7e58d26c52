import { ServiceError } from '../../core/index.js';
import type { Renderer } from '../../core/index.js';
import type { Dialect } from './dialect.js';

/**
 * The renderer for the collectors, whose dialects are given in the collectors' order: the first one's
 * is the body of each message, the others are variants by their names. Where all are one, its
 * messages are as they come. Throws ServiceError TF_INTERNAL when there is none.
 */
export function createCollectorRenderer(dialects: readonly Dialect[]): Renderer {
  const [first, ...rest] = dialects;
  if (first === undefined) {
    throw new ServiceError('TF_INTERNAL', 'no dialect for the collectors');
  }
  const others = new Map(
    rest.filter(({ name }) => name !== first.name).map((dialect) => [dialect.name, dialect]),
  );
  if (others.size === 0) return first.renderer;
  return {
    render: (outcome) => {
      // Without a prototype: a dialect may be called "constructor".
      const variants = Object.create(null) as Record<string, string>;
      for (const { name, renderer } of others.values()) {
        variants[name] = renderer.render(outcome).body;
      }
      return { ...first.renderer.render(outcome), variants };
    },
  };
}
