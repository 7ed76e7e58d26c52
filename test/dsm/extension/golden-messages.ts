import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const repository = fileURLToPath(new URL('../../../', import.meta.url));

/** Every message that another test holds our output to, in the dialects that are LEEF for JSA. */
export function goldenMessages(): readonly string[] {
  const files = [
    ...filesIn('test/golden', '.leef'),
    ...filesIn('templates/leef/expected', '.txt'),
    ...filesIn('templates/qradar/expected', '.txt'),
    'dsm/generated/sample-events.log',
  ].filter((file) => existsSync(join(repository, file)));
  return files.flatMap((file) =>
    readFileSync(join(repository, file), 'utf8')
      .split('\n')
      .filter((line) => line !== ''),
  );
}

function filesIn(folder: string, ending: string): readonly string[] {
  const path = join(repository, folder);
  if (!existsSync(path)) return [];
  return readdirSync(path)
    .filter((name) => name.endsWith(ending))
    .map((name) => join(folder, name));
}
