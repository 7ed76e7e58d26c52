import type { FeedInfo } from './feed-info.js';
import { ImportDraft } from './import-draft.js';
import { importFeeds } from './import-feeds.js';
import { importFormats } from './import-formats.js';
import { importListener } from './import-listener.js';
import { importOutput } from './import-output.js';
import { basesOf, importService, outdatedAfterHours } from './import-service.js';
import { importSources } from './import-sources.js';
import { allNamed, serviceTreeOf, tenantName, type Era, type ServiceTree } from './service-tree.js';
import type { XmlElement } from './xml/element.js';

export interface ServiceImportOptions {
  /** As the report names the file. */
  readonly file: string;
  readonly info?: FeedInfo | undefined;
  /** 5.x: the tenant to take; General, else the first, when absent. */
  readonly tenant?: string | undefined;
  /**
   * The folder of the feeds' files as it is to be written, of the text of `Bases` (undefined when the
   * file names none). Undefined: it is no folder of this machine.
   */
  readonly feedsFolder: (bases: string | undefined) => string | undefined;
}

export interface ServiceImport {
  readonly era: Era;
  /** 5.x: name of the tenant that was taken. */
  readonly tenant: string | undefined;
  /** Names of all tenants. */
  readonly tenants: readonly string[];
  readonly draft: ImportDraft;
}

/** Elements that only hold others: nothing is to be said of them. */
const groups: readonly string[] = [
  'Domains Domain InputSettings RegExps NormalizingRules Feeds ActionableFields OutputSettings',
  'NotificationSettings EventSettings ServiceAlertsSettings SendEventFilters ServiceSettings',
  'BasesSettings ScanSettings',
].flatMap((line) => line.split(' '));

/** Makes a configuration of kl_feed_service.conf, whatever version wrote it, with the report of how. */
export function importServiceConfig(
  root: XmlElement,
  options: ServiceImportOptions,
): ServiceImport {
  const draft = new ImportDraft(options.file, root);
  const tree = serviceTreeOf(root, options.info !== undefined, options.tenant);
  for (const tenant of tree.otherTenants) {
    const detail = `a tenant is a configuration of its own: import it with --tenant "${tenantName(tenant)}", and run it beside`;
    draft.reportWhole(tenant, { status: 'not supported', detail });
  }
  for (const name of groups) for (const group of allNamed([root], name)) draft.see(group);
  if (tree.tenant !== undefined) draft.see(tree.tenant, 'name', 'id', 'enabled');
  draft.set(['profile'], 'parity');
  importListener(tree, draft);
  const rules = importSources(tree, draft);
  importFeeds(tree, draft, {
    info: options.info,
    rules,
    pathOf: pathsOf(tree, draft, options),
    outdatedAfterHours: outdatedAfterHours(tree, draft),
  });
  const ruleNames = rules.map(({ name }) => name);
  importFormats(tree, ruleNames, draft);
  importOutput(tree, draft);
  importService(tree, draft);
  draft.reportUnknown(root);
  const tenants = [tree.tenant, ...tree.otherTenants].filter((one) => one !== undefined);
  return {
    era: tree.era,
    tenant: tree.tenant && tenantName(tree.tenant),
    tenants: tenants.map(tenantName),
    draft,
  };
}

function pathsOf(
  tree: ServiceTree,
  draft: ImportDraft,
  { feedsFolder }: ServiceImportOptions,
): (filename: string) => string {
  const bases = basesOf(tree, draft);
  const folder = feedsFolder(bases?.text);
  if (bases !== undefined) {
    draft.see(bases.element, 'path');
    draft.report(
      bases.element,
      folder === undefined
        ? {
            status: 'not supported',
            target: 'feeds[].path',
            detail:
              'no folder of this machine: put the feeds into feeds/, or name their folder with --feeds-directory',
          }
        : { status: 'taken over', target: 'feeds[].path', detail: `the feeds are in ${folder}` },
    );
  }
  const written = folder ?? 'feeds';
  return (filename) => {
    const name = filename.replaceAll('\\', '/').replace(/^\.\//, '');
    return name.startsWith('/') || written === '.'
      ? name
      : `${written.replace(/\/+$/, '')}/${name}`;
  };
}
