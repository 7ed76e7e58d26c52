import { section, withDefault } from '../schema-builder.js';
import { path } from './common.js';

export const indexSection = section(
  {
    directory: withDefault(
      'var/index',
      path(
        'Where the compiled feeds are kept. While no feed changes, the next start reads them there.',
        'var/index',
        '/var/lib/threat-forwarder/index',
      ),
    ),
  },
  { description: 'The feeds in compiled form, one file.' },
);
