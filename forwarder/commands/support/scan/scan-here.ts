import { loadConfig } from '../../../config/index.js';
import type { LoadedConfig } from '../../../config/index.js';
import type { Logger } from '../../../core/index.js';
import { loadDialects, longestReplyBytes } from '../../../service/dialects/index.js';
import { loadThreatIndex } from '../../../service/indexing/threat-index.js';
import type { Dialect } from '../../../service/dialects/index.js';
import { packageDirectory } from '../package.js';
import { createProgressBar } from '../progress.js';
import { LocalScan } from './local-scan.js';
import { blocksOf } from './scan-work.js';
import type { ScanWork } from './scan-work.js';

/**
 * Scans with the feeds of the service's configuration, in this process. Throws ServiceError for a
 * configuration or feeds that `run` would refuse.
 */
export async function scanHere(work: ScanWork): Promise<void> {
  const { options, inputs, record, notice, given } = work;
  const loaded = await loadConfig({
    ...(typeof given['serviceConfig'] === 'string' ? { file: given['serviceConfig'] } : {}),
    set: (given['set'] as readonly string[] | undefined) ?? [],
    env: process.env,
    cwd: process.cwd(),
    packageDirectory: packageDirectory(),
  });
  if (loaded.config.feeds.some(({ enabled, live }) => enabled && live)) {
    notice('feeds that are asked event by event (live: true) are not asked');
  }
  const dialect = await dialectOf(loaded, given['dialect']);
  const index = await loadIndex(loaded, work);
  const scan = await LocalScan.open({
    loaded,
    index,
    helpers: options.threads - 1,
    logger: noticeLogger(notice),
    skipsComments: options.skipsComments,
    dialect,
    fileOf: (input) => inputs[input]?.name ?? '',
    onDone: (part) => {
      record.take(part);
    },
  }).catch((error: unknown) => {
    index.close();
    throw error;
  });
  try {
    record.begin();
    const maxLineBytes = loaded.config.intake.maxLineBytes;
    for await (const block of blocksOf({ ...work, maxLineBytes })) {
      scan.take(block);
      await record.settle();
    }
    await scan.idle();
  } finally {
    await scan.close();
    index.close();
  }
}

/** The dialect that is asked for, or that of the first listener for CyberTrace's clients. */
async function dialectOf(loaded: LoadedConfig, given: unknown): Promise<Dialect> {
  const { cybertrace } = loaded.config.intake;
  const usual = cybertrace === false ? 'cybertrace-4' : cybertrace.dialect;
  const name = typeof given === 'string' ? given : usual;
  const dialects = await loadDialects(loaded, [name], { maxMessageBytes: longestReplyBytes });
  const dialect = dialects.get(name);
  if (dialect === undefined) throw new Error(`the dialect ${name} was not loaded`);
  return dialect;
}

async function loadIndex(loaded: LoadedConfig, { options, reading, notice }: ScanWork) {
  const bar = createProgressBar({ stream: process.stderr, nowMs: Date.now });
  try {
    return await loadThreatIndex(loaded, {
      signal: reading.signal,
      onWarning: notice,
      onProgress({ bytes, totalBytes, feed }) {
        if (!options.isQuiet) bar.update(bytes, totalBytes, `loading ${feed}`);
      },
    });
  } finally {
    bar.clear();
  }
}

/** Only what is wrong is said; that a thread was started is not. */
function noticeLogger(notice: (text: string) => void): Logger {
  const say = (_code: string, message: string): void => {
    notice(message);
  };
  return { debug: () => undefined, info: () => undefined, warn: say, error: say };
}
