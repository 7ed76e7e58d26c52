// Run as a process of its own by content-extension.test.ts, in another time zone.
import { contentExtension } from '../../../dsm/content/extension/index.js';
import { exampleOptions } from './example-options.js';

process.stdout.write(Buffer.from(contentExtension(exampleOptions).zip).toString('base64'));
