import {
  ConfigError,
  loadConfig,
  writeConfigFile,
  type ConfigProblem,
  type ImportedConfig,
} from '../../../config/index.js';
import { packageDirectory } from '../package.js';

/**
 * Writes an imported configuration, once the service would load it. Throws ConfigError with the places
 * of the imported file, ServiceError TF_CONFIG when the disk does not take it.
 */
export function writeImported(
  output: string,
  config: ImportedConfig,
): Promise<{ readonly backup?: string }> {
  return writeConfigFile(output, config.text, async (temporary) => {
    try {
      await loadConfig({
        file: temporary,
        env: {},
        set: [],
        cwd: process.cwd(),
        packageDirectory: packageDirectory(),
      });
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      throw new ConfigError(error.problems.map((problem) => inImportedFile(problem, config)));
    }
  });
}

/** What is wrong with the new file is wrong with what it was made of. */
function inImportedFile(
  problem: ConfigProblem,
  { positions, file }: ImportedConfig,
): ConfigProblem {
  let path = problem.path;
  while (path !== '') {
    const position = positions.get(path);
    if (position !== undefined) return { ...problem, place: { kind: 'file', file, ...position } };
    path = path.replace(/(?:\.?[\w-]+|\[[^\]]*\])$/, '');
  }
  return { ...problem, place: { kind: 'file', file, line: 1, column: 1 } };
}
