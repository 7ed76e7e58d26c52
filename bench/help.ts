import { flagTexts, optionTexts, suiteDefaults } from './options.js';
import { suites } from './suites/index.js';

/** What --help shows. */
export function helpText(): string {
  const suiteLines = suites.map(({ name, summary }) => `  ${name.padEnd(10)} ${summary}`);
  const optionLines = Object.entries(optionTexts).map(([name, text]) => {
    const preset = 'default' in text ? ` (${text.default})` : '';
    return `  --${name.padEnd(17)} ${text.help}${preset}`;
  });
  const flagLines = Object.entries(flagTexts).map(
    ([name, help]) => `  --${name.padEnd(17)} ${help}`,
  );
  const defaultLines = Object.entries(suiteDefaults).map(
    ([name, values]) =>
      `${name}: ${Object.entries(values)
        .map(([option, value]) => `--${option} ${value}`)
        .join(' ')}`,
  );
  return `What the service costs, measured. Builds it first where that is due.

  npm run bench -- [SUITE] [OPTIONS]

Suites
${suiteLines.join('\n')}

Options
${optionLines.join('\n')}
${flagLines.join('\n')}
Other defaults of ${defaultLines.join('; ')}

Examples
  npm run bench
  npm run bench -- compare --events 200000 --indicators 100000 --programs floor,forwarder
  npm run bench -- compare --family mixed --bytes 900 --rounds 1 --json
  npm run bench -- latency --rate half --seconds 30
  npm run bench -- growth --sizes 10000,1000000 --masks 0 --feed-format list
  npm run bench -- swap --indicators 100000 --swaps 3
  npm run bench -- lookups --connections 500 --keep
`;
}
