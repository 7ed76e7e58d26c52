import { join } from 'node:path';

import type { FetchRequest } from '../../../../forwarder/feeds/sources/source.js';
import { access, nowMs, Setting } from '../../../net/support/setting.js';

/** A setting where feeds are fetched. */
export class FetchSetting extends Setting {
  /** A request for an address, with a file of its own to write. */
  request(address: string, more: Partial<FetchRequest> = {}): FetchRequest {
    return {
      address,
      access: access(),
      target: join(this.folder(), 'target.tmp'),
      clock: () => nowMs,
      ...more,
    };
  }
}
