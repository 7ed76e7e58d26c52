import type { AskedThing } from '../../../forwarder/net/index.js';

/** Something that is asked for and is no feed. */
export const portal: AskedThing = {
  noun: 'portal',
  code: 'TF_CONFIG',
  remedies: {
    noHttp: 'write https:// before its name',
    silent: 'raise portal.timeoutSeconds',
    tooLarge: 'ask for less at a time',
    tooOften: 'lower portal.perDay',
  },
};
