import { optional, text } from '../schema-builder.js';
import { files } from './common.js';

/** What an address of a feed begins with. */
export const httpAddress = /^https?:\/\//i;

/** The name of a feed. */
export const feedName = optional(
  text({
    description:
      'Name of the feed; from the name of the file or the address when absent. Categories follow from it.',
    examples: ['Malicious_URL_Data_Feed'],
    maxLength: 200,
  }),
);

/** Where the records are. */
export const whereFrom = {
  path: optional(
    files(
      'A file, a folder (every file in it), or a glob. Watched: a change is taken in by itself. `package:` in front means the folder of this package.',
      'feeds/*.json',
      'package:verification/feeds/*.json',
    ),
  ),
  url: optional(
    text({
      description: 'An address to fetch the feed from, again and again (`every`).',
      expected: 'an address that begins with http:// or https://',
      isLegal: (value) => httpAddress.test(value) && URL.canParse(value),
      examples: ['https://feeds.example.org/malicious-urls.csv.gz'],
      maxLength: 2048,
    }),
  ),
  taxii: optional(
    text({
      description:
        'A collection of a TAXII 2.1 server: its address up to the id of the collection.',
      expected: 'an address that begins with http:// or https://',
      isLegal: (value) => httpAddress.test(value) && URL.canParse(value),
      examples: ['https://taxii.example.org/api1/collections/91a7b528-80eb-42ed-a74d-c6fbd5a26116'],
      maxLength: 2048,
    }),
  ),
  misp: optional(
    text({
      description: 'A MISP server, asked through its REST interface (attributes/restSearch).',
      expected: 'an address that begins with http:// or https://',
      isLegal: (value) => httpAddress.test(value) && URL.canParse(value),
      examples: ['https://misp.example.org'],
      maxLength: 2048,
    }),
  ),
};
/** The keys of which an entry has one. */
export const feedPlaces: readonly string[] = Object.keys(whereFrom);
