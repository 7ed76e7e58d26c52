/** An attribute as restSearch gives it: ids and times are texts, `to_ids` is not. */
export interface MispAttributeRow {
  readonly id: string;
  readonly event_id: string;
  readonly object_id: string;
  readonly object_relation: string | null;
  readonly category: string;
  readonly type: string;
  readonly to_ids: boolean;
  readonly uuid: string;
  /** Seconds since 1970. */
  readonly timestamp: string;
  readonly distribution: string;
  readonly sharing_group_id: string;
  readonly comment: string;
  readonly deleted: boolean;
  readonly disable_correlation: boolean;
  readonly first_seen: string | null;
  readonly last_seen: string | null;
  readonly value: string;
  readonly Tag?: readonly { readonly id: string; readonly name: string; readonly colour: string }[];
  readonly Event: {
    readonly id: string;
    readonly org_id: string;
    readonly orgc_id: string;
    readonly distribution: string;
    readonly info: string;
    readonly uuid: string;
    readonly publish_timestamp: string;
  };
}

/** What a test says about an attribute; the rest is filled in. */
export interface AttributeInput {
  readonly type: string;
  readonly value: string;
  readonly category?: string;
  readonly comment?: string;
  readonly toIds?: boolean;
  readonly deleted?: boolean;
  /** Seconds since 1970. */
  readonly timestamp?: number;
  readonly tags?: readonly string[];
  readonly event?: { readonly id: number; readonly info: string };
}

/** Attributes with ids from 1, each as MISP would give it. */
export function mispAttributes(inputs: readonly AttributeInput[]): readonly MispAttributeRow[] {
  return inputs.map((input, index) => {
    const event = input.event ?? { id: 7, info: 'Credential phishing in spring' };
    return {
      id: String(index + 1),
      event_id: String(event.id),
      object_id: '0',
      object_relation: null,
      category: input.category ?? 'Network activity',
      type: input.type,
      to_ids: input.toIds ?? true,
      uuid: uuidOf(1, index + 1),
      timestamp: String(input.timestamp ?? 1_790_000_000),
      distribution: '5',
      sharing_group_id: '0',
      comment: input.comment ?? '',
      deleted: input.deleted ?? false,
      disable_correlation: false,
      first_seen: null,
      last_seen: null,
      value: input.value,
      ...(input.tags === undefined
        ? {}
        : { Tag: input.tags.map((name, at) => ({ id: String(at + 1), name, colour: '#ffffff' })) }),
      Event: {
        id: String(event.id),
        org_id: '1',
        orgc_id: '1',
        distribution: '3',
        info: event.info,
        uuid: uuidOf(2, event.id),
        publish_timestamp: String(input.timestamp ?? 1_790_000_000),
      },
    };
  });
}

function uuidOf(group: number, number: number): string {
  const tail = number.toString(16).padStart(12, '0');
  return `00000000-0000-4000-800${group}-${tail}`;
}

type Filters = Readonly<Record<string, unknown>>;

/** The attributes that the filters of a request choose, of the page it asks for. */
export function selectAttributes(
  rows: readonly MispAttributeRow[],
  filters: Filters,
): readonly MispAttributeRow[] {
  const nowSeconds = Date.now() / 1000;
  const chosen = rows.filter(
    (row) =>
      // An attribute is found by its whole value, or by either half of a composite one.
      holds(filters['value'], [row.value, ...row.value.split('|')]) &&
      holds(filters['type'], [row.type]) &&
      holds(filters['category'], [row.category]) &&
      holds(filters['tags'], row.Tag?.map(({ name }) => name) ?? []) &&
      isFlag(filters['to_ids'], row.to_ids) &&
      isFlag(filters['deleted'] ?? 0, row.deleted) &&
      isSince(filters['timestamp'], Number(row.timestamp), nowSeconds) &&
      isSince(filters['last'], Number(row.Event.publish_timestamp), nowSeconds),
  );
  const limit = Number(filters['limit'] ?? 0);
  const page = Math.max(1, Number(filters['page'] ?? 1));
  return limit > 0 ? chosen.slice((page - 1) * limit, page * limit) : chosen;
}

/**
 * One filter: a text or a list of texts, any of which is enough; `!` in front means not; `%` at an
 * end means any text there.
 */
function holds(filter: unknown, values: readonly string[]): boolean {
  if (filter === undefined || filter === null || filter === '') return true;
  const wanted = Array.isArray(filter) ? (filter as string[]) : (filter as string).split('&&');
  const refused = wanted.filter((text) => text.startsWith('!')).map((text) => text.slice(1));
  const allowed = wanted.filter((text) => !text.startsWith('!'));
  if (refused.some((text) => values.some((value) => isLike(value, text)))) return false;
  return (
    allowed.length === 0 || allowed.some((text) => values.some((value) => isLike(value, text)))
  );
}

function isLike(value: string, text: string): boolean {
  const atStart = text.startsWith('%');
  const atEnd = text.endsWith('%');
  if (!atStart && !atEnd) return value === text;
  const core = text.slice(atStart ? 1 : 0, atEnd ? -1 : undefined);
  if (atStart && atEnd) return value.includes(core);
  return atStart ? value.endsWith(core) : value.startsWith(core);
}

function isFlag(filter: unknown, value: boolean): boolean {
  return filter === undefined || Number(filter) === Number(value);
}

/** `30d`, `12h`, `15m` back from now, or seconds since 1970. */
function isSince(filter: unknown, seconds: number, nowSeconds: number): boolean {
  if (filter === undefined || filter === '') return true;
  const text = typeof filter === 'number' ? String(filter) : (filter as string);
  const back = /^(\d+)([dhms])$/.exec(text);
  if (back === null) return seconds >= Number(text);
  const unit = { d: 86_400, h: 3600, m: 60, s: 1 }[back[2] ?? 's'] ?? 1;
  return seconds >= nowSeconds - Number(back[1]) * unit;
}
