/** The release whose export the layout was taken from; the first with LEEF keys in extensions is older. */
export const oldestConsole = '2019.14.0.20191031163225';

const author = 'Threat forwarder project';

/**
 * The manifest of a content extension: what the console shows before it installs one. Keys and their
 * nesting are those of a decoded export; the address of the author is left empty, which none there was.
 */
export function manifestText(name: string, version: string): string {
  const manifest = {
    doc: {
      extension_manifest: {
        min_qradar_version: oldestConsole,
        authored_by: author,
        authored_by_email: '',
        package_size: '0',
        supported_language_set: ['en-US'],
        extension_name: 'extension.name',
        extension_long_description: 'extension.long.description',
        locale: {
          'en-US': {
            'extension.name': name,
            'extension.long.description':
              'Log source type, event names, event mappings and custom properties for the events of the threat forwarder.',
          },
        },
        version,
      },
    },
    _id: `${author}:${name}`,
  };
  return `${JSON.stringify(manifest, undefined, 2)}\n`;
}
