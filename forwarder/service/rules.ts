import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';

import { messageOf, ServiceError } from '../core/index.js';
import type { LoadedConfig } from '../config/index.js';
import { createExtractor } from '../extraction/index.js';
import { createLoopGuard, loopWatchWords } from '../intake/index.js';
import type { CompiledIndex } from '../matching/index.js';
import { createRenderer } from '../rendering/index.js';
import type { TemplateSources } from '../rendering/index.js';
import { createBatchScanner } from '../scanning/index.js';
import type { KernelMemory, ScannerOptions } from '../scanning/index.js';
import { messageLimit } from './collectors.js';
import type { Rules } from './pipeline.js';

/** Everything of the rules but what depends on the feeds: templates, patterns, guards. */
export type StaticRules = Omit<Rules, 'index' | 'scanner' | 'scanRules'>;

/**
 * Compiles templates and patterns of a configuration. `run`, `check`, `explain` and reload all come
 * through here, so they agree on what is bad. Throws ServiceError TF_TEMPLATE or TF_PATTERN.
 */
export async function compileRules(loaded: LoadedConfig): Promise<StaticRules> {
  const { config } = loaded;
  const templates = await readTemplates(loaded);
  return {
    extractor: createExtractor({
      sources: config.sources,
      urlProperties: config.extraction.urlProperties,
      indicatorProperties: config.extraction.indicatorProperties,
    }),
    isOwnEvent:
      config.intake.jsa && config.intake.jsa.loopGuard
        ? createLoopGuard({ identifier: config.identifier })
        : () => false,
    decode: {
      maxDepth: config.intake.maxDepth,
      keys: config.intake.jsa ? config.intake.jsa.keys : {},
    },
    perEventDetectionLimit: config.matching.perEventDetectionLimit,
    minConfidence: config.matching.minConfidence,
    reportsFinished: config.evaluation.finishedEvents,
    templateTexts: Object.values(templates)
      .map(({ text }) => text)
      .join('\0'),
    renderer: createRenderer({
      identifier: config.identifier,
      templates,
      cat: config.leef.cat,
      maxMessageBytes: messageLimit(config),
      facility: config.leef.facility,
      severity: config.leef.severity,
    }),
  };
}

/** What the scanner must know besides the index. */
export function scannerOptions(rules: StaticRules, identifier: string): ScannerOptions {
  return {
    watchWords: loopWatchWords(identifier),
    countKeys: [rules.decode.keys?.['eventCnt'] ?? 'eventCnt'],
  };
}

/**
 * Joins the rules with an index; the scanner is made from the same index. It takes the kernel over
 * from the scanner before.
 */
export function withIndex(
  rules: StaticRules,
  compiled: CompiledIndex,
  identifier: string,
  kernel?: KernelMemory,
): Rules {
  const scanRules = { filter: compiled.filter, options: scannerOptions(rules, identifier) };
  return {
    ...rules,
    index: compiled.index,
    scanner: createBatchScanner(scanRules.filter, scanRules.options, kernel),
    scanRules,
  };
}

async function readTemplates(loaded: LoadedConfig): Promise<TemplateSources> {
  const directory = resolve(loaded.baseDirectory, loaded.config.templates.directory);
  const read = async (kind: string): Promise<{ file: string; text: string }> => {
    const file = resolve(directory, `${kind}.hbs`);
    try {
      return { file, text: await readFile(file, 'utf8') };
    } catch (error) {
      throw new ServiceError('TF_TEMPLATE', `cannot read the template: ${messageOf(error)}`, {
        where: file,
        hint: 'templates.directory must hold detect.hbs, status.hbs and evaluation.hbs',
        cause: error,
      });
    }
  };
  return {
    detect: await read('detect'),
    status: await read('status'),
    evaluation: await read('evaluation'),
  };
}
