export { contentExtension } from './content-extension.js';
export type { ContentExtension, ContentExtensionOptions } from './content-extension.js';
export type { ContentFile } from './zip.js';
