import { openTip } from './opentip.js';
import type { PortalShape } from './portal-shape.js';
import { tip } from './tip.js';

/** The portals there are, by name. */
export const shapes: Readonly<Record<PortalShape['name'], PortalShape>> = { tip, opentip: openTip };
