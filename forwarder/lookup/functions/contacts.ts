import type { KlValue } from '../kl-fields.js';
import type { ContactsField } from './field.js';
import { entriesOf, own, placeIn, rowsOf } from './reply.js';

/** Roles of one reply: registries know about five. More would let a reply make fields without end. */
const maxRoles = 20;
/** Roles are words such as `owner` or `technical contact`; a longer text is none. */
const maxRoleLength = 40;

/** `technical-contact` → `TechnicalContact`; undefined when nothing is left, or it is no word. */
function titleCased(role: unknown): string | undefined {
  if (typeof role !== 'string' || role.length > maxRoleLength) return undefined;
  const words = role.split(/[^A-Za-z0-9]+/).filter((word) => word !== '');
  const title = words.map((word) => word.charAt(0).toUpperCase() + word.slice(1).toLowerCase());
  return title.length === 0 ? undefined : title.join('');
}

/**
 * The fields of all contacts, `KL<Role><Part>`. Where several have the same role, their different values
 * are a list. A name in `reserved` has a meaning of its own and is not given: a contact of the type
 * `registrar` must not look like the registrar's own entry.
 */
export function* contactFields(
  report: unknown,
  field: ContactsField,
  reserved: ReadonlySet<string>,
): Iterable<readonly [string, KlValue]> {
  const byRole = new Map<string, Map<string, Set<string | number>>>();
  for (const row of rowsOf(placeIn(report, field.at))) {
    const role = titleCased(own(row, field.roleKey));
    if (role === undefined) continue;
    const isNew = !byRole.has(role);
    if (isNew && byRole.size === maxRoles) continue;
    const parts = byRole.get(role) ?? new Map<string, Set<string | number>>();
    if (isNew) byRole.set(role, parts);
    for (const part of field.parts) {
      for (const entry of entriesOf(own(row, part), 'text or number')) {
        const values = parts.get(part) ?? new Set();
        parts.set(part, values.add(entry));
      }
    }
  }
  for (const [role, parts] of byRole) {
    for (const part of field.parts) {
      const name = `KL${role}${part}`;
      const [first, ...others] = parts.get(part) ?? [];
      if (first === undefined || reserved.has(name)) continue;
      yield [name, others.length === 0 ? first : [first, ...others]];
    }
  }
}
