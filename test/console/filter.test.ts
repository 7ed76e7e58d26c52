import { describe, expect, test } from '@jest/globals';

import { Refusal } from './api/answer.js';
import { selectFields } from './api/fields.js';
import { parseFilter } from './api/filter.js';
import { listAnswer } from './api/list.js';

const items = [
  { id: 1, name: 'Botnet Address', isOn: true, note: null, tags: [{ name: 'a', value: 'x' }] },
  { id: 2, name: 'Information', isOn: false, note: 'n', tags: [{ name: 'a', value: 'y' }] },
  { id: 3, name: 'say "hi"', isOn: true, note: null, tags: [] },
];

describe('filters of the API', () => {
  test.each([
    ['name="Botnet Address"', [1]],
    ["name = 'Information'", [2]],
    ['name=Information', [2]],
    [String.raw`name="say \"hi\""`, [3]],
    ['id > 1 and id <= 3', [2, 3]],
    ['id=1 or id=3 and isOn=false', [1]],
    ['(id=1 or id=3) and isOn=true', [1, 3]],
    ['not id=1', [2, 3]],
    ['id != 1 and id <> 2', [3]],
    ['id in (1, 3)', [1, 3]],
    ['id not in (1, 3)', [2]],
    ['id between 2 and 3', [2, 3]],
    ['name like "%o%"', [1, 2]],
    ["name ilike 'BOTNET%'", [1]],
    ['name like "botnet%"', []],
    ['name like "Informatio_"', [2]],
    ['note is null', [1, 3]],
    ['note is not null', [2]],
    ['tags(name="a" and value="y")', [2]],
  ])('%s', (filter, ids) => {
    expect(items.filter(parseFilter(filter)).map(({ id }) => id)).toEqual(ids);
  });

  test.each(['name=', 'nam="x"', 'name ~ "x"', 'name="x" id=1', '(id=1', 'id in ()', 'name="x'])(
    'what cannot be read is refused: %s',
    (filter) => {
      expect(() => items.filter(parseFilter(filter))).toThrow(Refusal);
    },
  );
});

describe('lists of the API', () => {
  const call = (query: Record<string, string>, range?: string) => ({
    ...{ method: 'GET', path: '/x', parameters: [], body: undefined },
    ...{ query, headers: { range } },
  });

  test.each([
    ['items=0-1', [1, 2], 'items 0-1/3'],
    ['items=2-9', [3], 'items 2-2/3'],
    ['items=3-4', [], 'items */3'],
  ])('a page: %s', (range, ids, shown) => {
    const { status, body, headers } = listAnswer(items, call({ fields: 'id' }, range));
    expect(status).toBe(200);
    expect(body).toEqual(ids.map((id) => ({ id })));
    expect(headers).toEqual({ 'content-range': shown });
  });

  test('without Range all come, and no Content-Range', () => {
    const { body, headers } = listAnswer(items, call({ filter: 'id>1', fields: 'id' }));
    expect(body).toEqual([{ id: 2 }, { id: 3 }]);
    expect(headers).toEqual({});
  });

  test.each(['0-1', 'items=1', 'items=3-2'])('a wrong Range is refused: %s', (range) => {
    expect(() => listAnswer(items, call({}, range))).toThrow(/range/i);
  });

  test('sorting', () => {
    const { body } = listAnswer(items, call({ sort: '-name', fields: 'id' }));
    expect(body).toEqual([{ id: 3 }, { id: 2 }, { id: 1 }]);
  });

  test('fields and their subfields; one that is not there is refused', () => {
    expect(selectFields(items[0], 'id,tags(value)')).toEqual({ id: 1, tags: [{ value: 'x' }] });
    expect(() => selectFields(items[0], 'idd')).toThrow('there is no field "idd"');
    expect(() => selectFields(items[0], 'id,,name')).toThrow(Refusal);
  });
});
