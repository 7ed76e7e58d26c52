import { ConsoleError } from '../console-error.js';
import { isSameWord, paths, type EventCollector } from './resources.js';
import { listIfAny, type Workspace } from './survey.js';

interface Host {
  readonly id: number;
  readonly hostname?: string | null;
  readonly private_ip?: string | null;
  readonly public_ip?: string | null;
}

/**
 * The event collector that log sources are made on: the named one, else the only one, else the one whose
 * host the service sends to. Throws ConsoleError TF_CONSOLE when none or several are left.
 */
export async function findEventCollector(workspace: Workspace): Promise<EventCollector> {
  const { client, desired } = workspace;
  const collectors = await client.list<EventCollector>(paths.collectors);
  const name = desired.eventCollector;
  if (name !== undefined) {
    const named = collectors.filter((one) => isSameWord(one.name, name));
    const byComponent = collectors.filter((one) => isSameWord(one.component_name ?? '', name));
    const [collector, ...others] = named.length > 0 ? named : byComponent;
    if (collector !== undefined && others.length === 0) return collector;
    throw undecided(workspace, `there is no event collector "${name}"`, collectors);
  }
  const [first, ...more] = collectors;
  if (first === undefined) throw undecided(workspace, 'there is no event collector', collectors);
  if (more.length === 0) return first;
  const onHost = await withHost(workspace, collectors);
  if (onHost !== undefined) return onHost;
  throw undecided(workspace, `there are ${collectors.length} event collectors`, collectors);
}

async function withHost(
  { client, desired: { collectorHost } }: Workspace,
  collectors: readonly EventCollector[],
): Promise<EventCollector | undefined> {
  if (collectorHost === undefined) return undefined;
  const hosts = (await listIfAny<Host>(client, paths.hosts)) ?? [];
  const ids = hosts
    .filter(({ hostname, private_ip, public_ip }) =>
      [hostname, private_ip, public_ip].some((one) => isSameWord(one ?? '', collectorHost)),
    )
    .map(({ id }) => id);
  // Where hosts may not be listed, the name of a collector ends in that of its host.
  const matching = collectors.filter(
    ({ name, host_id }) =>
      (host_id != null && ids.includes(host_id)) ||
      isSameWord(name.split('::').at(-1)?.trim() ?? '', collectorHost),
  );
  return matching.length === 1 ? matching[0] : undefined;
}

function undecided(
  { client }: Workspace,
  message: string,
  collectors: readonly EventCollector[],
): ConsoleError {
  const names = collectors.map(({ name }) => name).join(', ');
  return new ConsoleError('TF_CONSOLE', message, {
    where: `${client.facts.address}/api${paths.collectors}`,
    hint:
      collectors.length === 0
        ? 'the token may not see any: give its user role the right to manage log sources'
        : `name one with --event-collector or console.eventCollector: ${names}`,
  });
}
