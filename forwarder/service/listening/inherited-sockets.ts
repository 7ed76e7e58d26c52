import { ServiceError } from '../../core/index.js';

/** A listening socket that whoever started this process had opened before and keeps open after it. */
export interface InheritedSocket {
  /** The number under which this process has it. */
  readonly descriptor: number;
  /** FileDescriptorName= of the socket unit; undefined when none was given. */
  readonly name: string | undefined;
}

type Environment = Record<string, string | undefined>;

/** The first descriptor that is handed over; sd_listen_fds(3). */
const firstDescriptor = 3;
const mostDescriptors = 64;
const variables = ['LISTEN_FDS', 'LISTEN_PID', 'LISTEN_FDNAMES'] as const;

/**
 * The listening sockets handed over by systemd, or by any parent that speaks the same way:
 * `LISTEN_FDS` (how many), `LISTEN_PID` (for whom; another process's are not ours) and
 * `LISTEN_FDNAMES` (their names, separated by colons), as sd_listen_fds(3) says. The variables are
 * removed, so that no child takes the sockets for its own. Throws ServiceError TF_LISTEN when they
 * make no sense.
 */
export function takeInheritedSockets(env: Environment, pid: number): readonly InheritedSocket[] {
  const { LISTEN_FDS: countText, LISTEN_PID: pidText, LISTEN_FDNAMES: namesText } = env;
  for (const variable of variables) Reflect.deleteProperty(env, variable);
  if (countText === undefined || Number(pidText) !== pid) return [];
  const count = Number(countText);
  if (!/^[0-9]+$/.test(countText) || count > mostDescriptors) {
    throw new ServiceError('TF_LISTEN', `LISTEN_FDS is "${countText}": not a number of sockets`, {
      where: 'LISTEN_FDS',
      hint: 'the program that starts the service sets it wrongly; without it intake.jsa.listen is opened',
    });
  }
  const names = namesText?.split(':') ?? [];
  return Array.from({ length: count }, (_, index) => ({
    descriptor: firstDescriptor + index,
    name: names[index] === '' ? undefined : names[index],
  }));
}

/**
 * The socket for one listener: the one of its name, else the only one. Throws ServiceError TF_LISTEN
 * when there are several and none has the name: taking any of them would be a guess.
 */
export function socketFor(
  listener: string,
  sockets: readonly InheritedSocket[],
): InheritedSocket | undefined {
  const named = sockets.find(({ name }) => name === listener);
  if (named !== undefined || sockets.length <= 1) return named ?? sockets[0];
  const names = sockets.map(({ name }) => name ?? '(no name)').join(', ');
  throw new ServiceError(
    'TF_LISTEN',
    `${sockets.length} sockets were handed over and none is called ${listener}: ${names}`,
    {
      where: `intake.${listener}.listen`,
      hint: `write FileDescriptorName=${listener} into the socket unit that is meant for it`,
    },
  );
}
