import { object } from './schema-builder.js';
import type { Static } from './schema-builder.js';
import { consoleSection } from './sections/console.js';
import { deliverySection } from './sections/delivery.js';
import { dialectsMap } from './sections/dialects.js';
import { enrichmentSection } from './sections/enrichment.js';
import { extractionSection, sourcesList } from './sections/extraction.js';
import { downloadsSection, unpackingSection } from './sections/downloads.js';
import { allowListsList, feedsList } from './sections/feeds.js';
import { lookupSection } from './sections/lookup.js';
import { matchingSection } from './sections/matching.js';
import { indexSection } from './sections/index-files.js';
import { intakeSection } from './sections/intake.js';
import {
  evaluationSection,
  identifierText,
  leefSection,
  templatesSection,
} from './sections/messages.js';
import {
  httpPart,
  logSection,
  profileChoice,
  securitySection,
  serviceSection,
  stateSection,
  statisticsPart,
} from './sections/operation.js';
import { stormSection } from './sections/storm.js';

/** The whole configuration: every key, its type, default, limits and meaning. */
export const configSchema = object(
  {
    profile: profileChoice,
    identifier: identifierText,
    intake: intakeSection,
    extraction: extractionSection,
    sources: sourcesList,
    feeds: feedsList,
    allowLists: allowListsList,
    downloads: downloadsSection,
    unpacking: unpackingSection,
    index: indexSection,
    matching: matchingSection,
    evaluation: evaluationSection,
    leef: leefSection,
    templates: templatesSection,
    dialects: dialectsMap,
    enrichment: enrichmentSection,
    lookup: lookupSection,
    storm: stormSection,
    delivery: deliverySection,
    http: httpPart,
    console: consoleSection,
    log: logSection,
    service: serviceSection,
    state: stateSection,
    statistics: statisticsPart,
    security: securitySection,
  },
  { description: 'Configuration of the threat forwarder.' },
);

/**
 * A loaded configuration: defaults filled in, sizes in bytes, lifetimes in minutes, syslog codes as
 * numbers, feeds and collectors always as objects. Deeply frozen.
 */
export type Config = Static<typeof configSchema>;

export type IntakeConfig = Config['intake'];
export type SourceConfig = Config['sources'][number];
export type FeedConfig = Config['feeds'][number];
export type AllowListConfig = Config['allowLists'][number];
export type CybertraceConfig = Exclude<Config['intake']['cybertrace'], false>;
export type DialectConfig = Config['dialects'][string];
export type ConsoleConfig = Config['console'];
export type EnrichmentConfig = Config['enrichment'];
export type LookupConfig = Config['lookup'];
export type CollectorConfig = Config['delivery']['collectors'][number];
