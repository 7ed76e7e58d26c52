import { exitCodes, ServiceError } from '../../../../core/index.js';
import type { LoadedConfig } from '../../../../config/index.js';
import type { ConsoleClient } from '../../../../../dsm/console/console-client.js';
import { identifiers } from '../../../../../dsm/identity.js';
import { openSyslogSender } from '../../../../../verification/console/index.js';
import { configOf } from '../../config-options.js';
import { printJson } from '../../table.js';
import { consoleSources } from '../doctor/console-sources.js';
import { withConsole } from '../open-console.js';
import { secondsOf } from '../verify/seconds.js';
import { withServiceErrors } from '../verify/service-errors.js';
import { syslogTargetOf } from '../verify/syslog-target.js';
import { warmUp as runWarmUp, type WarmTarget } from './warm-up.js';
import { warmUpJson, warmUpText } from './warmup-text.js';

type Options = Readonly<Record<string, unknown>>;

/** Beyond 1000 events without a result JSA looks no further: half of that leaves room for real ones. */
const maxCount = 500;
const connectLimitMs = 10_000;

/** Warms JSA up as the options say; resolves to the exit code. */
export async function warmUp(options: Options): Promise<number> {
  const count = countOf(options['count']);
  const kinds = kindsOf(options['logSource']);
  const timeLimitMs = secondsOf(options['timeLimit'], '--time-limit');
  const work = (
    loaded: LoadedConfig,
    client: ConsoleClient | undefined,
    signal: AbortSignal | undefined,
  ): Promise<number> => {
    const targets = kinds.map((kind): WarmTarget => {
      const identifier =
        kind === 'detections' ? loaded.config.identifier : identifiers.verification;
      return { kind, identifier };
    });
    return warm(options, { loaded, client, signal, targets, count, timeLimitMs });
  };
  if (options['console'] === false) return work(await configOf(options), undefined, undefined);
  return withConsole(options, (client, loaded, signal) => work(loaded, client, signal));
}

interface Warming {
  readonly loaded: LoadedConfig;
  readonly client: ConsoleClient | undefined;
  readonly signal: AbortSignal | undefined;
  readonly targets: readonly WarmTarget[];
  readonly count: number;
  readonly timeLimitMs: number;
}

async function warm(options: Options, warming: Warming): Promise<number> {
  const { loaded, client, signal, targets, count, timeLimitMs } = warming;
  const target = await syslogTargetOf(options, loaded);
  const sender = await withServiceErrors(() => openSyslogSender(target, connectLimitMs, signal));
  const names = targets.map(({ identifier }) => identifier);
  try {
    const outcomes = await runWarmUp({
      targets,
      sender,
      listSources: client === undefined ? undefined : () => consoleSources(client, names),
      count,
      hasCat: loaded.config.leef.cat,
      timeLimitMs,
      signal,
    });
    if (options['json'] === true) printJson(warmUpJson(outcomes, sender.address));
    else process.stdout.write(warmUpText(outcomes, sender.address));
    const isWell = outcomes.every(({ result }) => result !== 'silent' && result !== 'missing');
    return isWell ? exitCodes.done : exitCodes.fellShort;
  } finally {
    sender.close();
  }
}

function countOf(value: unknown): number {
  const count = Number(value);
  if (Number.isInteger(count) && count >= 1 && count <= maxCount) return count;
  throw new ServiceError('TF_USAGE', `--count must be a whole number from 1 to ${maxCount}`, {
    hint: 'JSA needs about 25 events; after 1000 without a result it looks no further',
  });
}

function kindsOf(value: unknown): readonly WarmTarget['kind'][] {
  switch (value) {
    case 'both':
      return ['detections', 'verification'];
    case 'detections':
    case 'verification':
      return [value];
    default:
      throw new ServiceError('TF_USAGE', '--log-source must be detections, verification or both');
  }
}
