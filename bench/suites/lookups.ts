import { ListFiles } from '../list-files.js';
import { UsageError } from '../option-values.js';
import type { BenchOptions } from '../options.js';
import { startClient } from '../lookups/client-process.js';
import type { LoadKind } from '../lookups/load.js';
import { measureLookups } from '../lookups/measure.js';
import type { MeasuredLookups, WantedLoad } from '../lookups/measure.js';
import { lookupPrograms } from '../lookups/programs.js';
import type { LookupProgram } from '../lookups/programs.js';
import { lookupsText } from '../lookups/report.js';
import type { LookupsRow } from '../lookups/report.js';
import { sourceAddresses } from '../lookups/source-addresses.js';
import type { Suite } from './suite.js';

/** Distinct requests, some 200 bytes each in the client. */
const distinctRequests = 100_000;
/** As long as KUMA waits for a reply by default. */
const patienceMs = 30_000;

/** Look-ups over CyberTrace's protocol, as KUMA and Tracer's clients make them. */
export const lookups: Suite = {
  name: 'lookups',
  summary: 'look-ups over the CyberTrace protocol as KUMA makes them: requests/s, latency, CPU',
  async run({ options, directory, progress }) {
    const chosen = options.programs.map(({ name }) => lookupProgramNamed(name));
    const { seed, indicators, maskShare, hitRate, connections, closeAfterReply } = options;
    const list = new ListFiles(directory, options, options.feedFormat);
    progress.show('making requests', 0);
    const requests = distinctRequests;
    const client = await startClient({ seed, requests, indicators, maskShare, hitRate });
    const measured = new Map<LookupProgram, MeasuredLookups[]>();
    const problems = new Map<LookupProgram, string>();
    try {
      for (let round = 1; round <= options.rounds; round += 1) {
        // By turns, so that all meet the same noise of the machine.
        for (const program of chosen) {
          if (problems.has(program)) continue;
          try {
            const figures = await measureLookups({
              program,
              client,
              directory,
              list,
              paths: options.paths,
              connections,
              closesAfterReply: closeAfterReply,
              warmUp: warmUpOf(options),
              loads: loadKindsOf(options).map((kind) => loadOf(options, kind)),
              onProgress: (what) => {
                progress.show(`round ${round} of ${options.rounds}, ${what}`, 0);
              },
            });
            measured.set(program, [...(measured.get(program) ?? []), figures]);
          } catch (error) {
            problems.set(program, error instanceof Error ? error.message : String(error));
          }
        }
      }
    } finally {
      await client.stop();
    }
    const rows = chosen.map((program): LookupsRow => {
      const problem = problems.get(program);
      const row = { program: program.name, rounds: measured.get(program) ?? [] };
      return problem === undefined ? row : { ...row, problem };
    });
    return { text: lookupsText(options, rows), data: { requests, rows } };
  },
};

function lookupProgramNamed(wanted: string): LookupProgram {
  const found = lookupPrograms.find(({ name }) => name === wanted);
  if (found !== undefined) return found;
  const known = lookupPrograms.map(({ name }) => name).join(', ');
  throw new UsageError(`--programs ${wanted}: look-ups are answered by ${known}`);
}

/** Kept connections only where nobody closes them. */
function loadKindsOf({ keep, closeAfterReply }: BenchOptions): readonly LoadKind[] {
  if (keep && closeAfterReply) {
    throw new UsageError('--keep and --close-after-reply: one of them');
  }
  return keep ? ['closed', 'open', 'kept'] : ['closed', 'open'];
}

function loadOf(options: BenchOptions, kind: LoadKind): WantedLoad {
  const { connections, rate, window, seconds, closeAfterReply } = options;
  return {
    kind,
    connections,
    rate,
    window,
    seconds,
    mostRequests: Number.MAX_SAFE_INTEGER,
    programCloses: closeAfterReply,
    patienceMs,
    addresses: sourceAddresses(),
  };
}

function warmUpOf(options: BenchOptions): WantedLoad | undefined {
  const { warmUpEvents } = options;
  if (warmUpEvents === 0) return undefined;
  return { ...loadOf(options, 'closed'), seconds: 120, mostRequests: warmUpEvents };
}
