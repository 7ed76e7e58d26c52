import type { Route } from '../api/answer.js';
import { ok } from '../api/answer.js';
import { listAnswer, listQuery } from '../api/list.js';
import { selectFields } from '../api/fields.js';

/** What tells who is there: API versions and the product. */
export function systemRoutes(versions: readonly string[]): readonly Route[] {
  const records = versions.map((version, index) => ({
    id: index + 1,
    version,
    deprecated: false,
    removed: false,
    root_resource_ids: [index + 1],
  }));
  return [
    {
      method: 'GET',
      path: '/help/versions',
      query: listQuery,
      handle: (call) => listAnswer(records, call),
    },
    {
      method: 'GET',
      path: '/system/about',
      query: ['fields'],
      handle: ({ query }) =>
        ok(
          selectFields(
            {
              build_version: '2021.6.12.20250509154206',
              external_version: '7.5.0',
              fips_enabled: false,
              release_name: '7.5.0 UpdatePackage 12',
            },
            query['fields'],
          ),
        ),
    },
  ];
}
