import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { Config } from '../../config/index.js';
import { messageOf, ServiceError } from '../../core/index.js';
import { createRenderer } from '../../rendering/index.js';
import type { TemplateSources } from '../../rendering/index.js';
import type { Dialect, DialectOptions } from './dialect.js';

/** Where the templates of a dialect are, and what to do when they are not. */
export interface TemplateFolder {
  readonly directory: string;
  /** `templates.directory`: the key that names the folder. */
  readonly key: string;
  readonly syslogHeader: boolean;
}

/**
 * A dialect of Handlebars templates, which make LEEF, with the settings of `leef`. Throws ServiceError
 * TF_TEMPLATE.
 */
export async function loadHandlebarsDialect(
  name: string,
  folder: TemplateFolder,
  { identifier, leef }: Pick<Config, 'identifier' | 'leef'>,
  { runId, loopToken, maxMessageBytes }: DialectOptions,
): Promise<Dialect> {
  const templates = await readTemplates(folder);
  const renderer = createRenderer({
    identifier,
    templates,
    cat: leef.cat,
    messageId: leef.messageId,
    loopToken: leef.loopToken ? loopToken : undefined,
    ...(runId === undefined ? {} : { runId }),
    maxMessageBytes,
    facility: leef.facility,
    severity: leef.severity,
  });
  const texts = Object.values(templates).map(({ text }) => text);
  return {
    name,
    renderer,
    syslogHeader: folder.syslogHeader,
    usesEventValuesInFinished: false,
    text: texts.join('\0'),
  };
}

async function readTemplates({ directory, key }: TemplateFolder): Promise<TemplateSources> {
  const read = async (kind: string): Promise<{ file: string; text: string }> => {
    const file = join(directory, `${kind}.hbs`);
    try {
      return { file, text: await readFile(file, 'utf8') };
    } catch (error) {
      throw new ServiceError('TF_TEMPLATE', `cannot read the template: ${messageOf(error)}`, {
        where: file,
        hint: `${key} must hold detect.hbs, status.hbs and evaluation.hbs`,
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
