import type { KlFieldRule, KlFields, LookupFunction } from '../kl-fields.js';
import type { LookupKind } from '../lookup-object.js';
import type { Report } from '../lookup-result.js';
import { isOfPattern } from './choose.js';

/**
 * The page docs/reference/lookup-fields.md.
 *
 * @param examples A reply for each kind, out of which the examples come.
 */
export function fieldsReference(
  functions: readonly LookupFunction[],
  examples: Readonly<Record<LookupKind, Report>>,
): string {
  const sections = functions.map((one) => section(one, one.fields(examples[one.kind])));
  return `# Fields of the portal's replies

What each function asks the Threat Intelligence Portal for, and the fields it makes of the reply. In text, CSV and JSON the
names begin with \`$\`; in LEEF they do not. They are the names of the DNIF plugin \`lookup-kaspersky\`: where those are misspelt,
the right spelling is given beside them, with the same value. (\`KL<Zone>URLReferrals\` is beside \`KL<Zone>UrlReferrals\` since
the plugin's code and its README differ, \`KLURLCount\` beside \`KLURLsCount\` since its functions do.)

- What is absent, null, empty or of another type than documented leaves its field out.
- Lists by zone: one field for each zone of the rows, Orange included. An entry that stands in several rows is given once,
  but in \`KL<Zone>DomainDnsResolutionsIP\` and, of URLs, \`KL<Zone>FileDownloadedMd5\`, where it is given as often.
- Contacts: \`<Role>\` is what the reply says (\`owner\`, \`technical\`), the first letter of each word a capital, letters and digits only.
  Several contacts of one role: their different values are a list. At most 20 roles of a reply are read, and 10,000 rows of a list.
- "or": the portal has renamed the key; both are read.
- The sum of \`KLSubdomainsFilesCount\`: \`Subdomains\` is a list whose rows may have a count each.

${sections.join('\n')}
<!-- Made from forwarder/lookup/functions/ by npm run docs:reference; do not edit. -->
`;
}

function section(one: LookupFunction, fields: KlFields): string {
  const asks = one.sections === 'all' ? 'all it has' : one.sections.join(', ');
  const rows = one.rules.map(
    (rule) =>
      `| \`${rule.name}\` | ${rule.alias === undefined ? '' : `\`${rule.alias}\``} | \`${rule.path}\` | ${example(rule, fields)} |`,
  );
  return `## ${one.name}
For ${one.kind === 'ip' ? 'an IP address' : `a ${one.kind === 'url' ? 'URL' : one.kind}`}; asks for ${asks}.

| field | right spelling | read from | example |
|---|---|---|---|
${rows.join('\n')}
`;
}

/** A field of a contact is shown with its whole name: `KLOwnerEmail`. */
function example(rule: KlFieldRule, fields: KlFields): string {
  const isFixed = fields.has(rule.name);
  for (const [name, value] of fields) {
    if (name !== rule.name && !isOfPattern(name, rule.name)) continue;
    const shown = typeof value === 'object' ? value.join(', ') : value;
    return isFixed ? `\`${shown}\`` : `\`${name}\`: \`${shown}\``;
  }
  return '';
}
