/** What the unit files say of one installation. Paths are as the running service sees them. */
export interface UnitFacts {
  /** Node, and the launcher of this package. */
  readonly node: string;
  readonly program: string;
  readonly configFile: string;
  readonly user: string;
  /** `service.stopSeconds` and `service.watchdogSeconds`. */
  readonly stopSeconds: number;
  readonly watchdogSeconds: number;
  /** Address of the socket unit; undefined: the service opens its address itself. */
  readonly listenStream: string | undefined;
  /** Whether the service itself opens a port below 1024. */
  readonly opensLowPort: boolean;
  /** Folders it writes to beside those of StateDirectory= and LogsDirectory=. */
  readonly writableFolders: readonly string[];
  /** Whether node, the package or the configuration lie below /home or /root. */
  readonly livesInHome: boolean;
}

export const serviceName = 'threat-forwarder.service';
export const socketName = 'threat-forwarder.socket';
/** The folder of /etc, /var/lib and /var/log. */
export const folderName = 'threat-forwarder';

/** Beyond service.stopSeconds: what node and the journal take. */
const stopMarginSeconds = 10;
/** systemd steps in after the service's own watchdog had the time to report the hang. */
const watchdogFactor = 3;
const leastWatchdogSeconds = 60;

/** The text of threat-forwarder.service. */
export function serviceUnit(facts: UnitFacts): string {
  const { node, program, configFile, user, listenStream } = facts;
  const command = `${quote(node)} ${quote(program)}`;
  const config = `--config ${quote(configFile)}`;
  const hasSocket = listenStream !== undefined;
  return lines(
    '# Written by "threat-forwarder service install". Own settings belong into a drop-in:',
    `#   systemctl edit ${serviceName}`,
    '[Unit]',
    'Description=JSA threat forwarder: matches forwarded events with threat feeds',
    'Wants=network-online.target',
    'After=network-online.target',
    hasSocket && `Requires=${socketName}`,
    hasSocket && `After=${socketName}`,
    '# However often it fails, it is started again.',
    'StartLimitIntervalSec=0',
    '',
    '[Service]',
    'Type=notify',
    '# systemd-notify is a process of its own.',
    'NotifyAccess=all',
    `ExecStartPre=${command} check --no-collectors --no-feeds ${config}`,
    `ExecStart=${command} run ${config}`,
    'ExecReload=/bin/kill -HUP $MAINPID',
    'Restart=always',
    'RestartSec=1',
    '# Large feeds are compiled at the first start.',
    'TimeoutStartSec=15min',
    `TimeoutStopSec=${facts.stopSeconds + stopMarginSeconds}`,
    facts.watchdogSeconds > 0 &&
      `WatchdogSec=${Math.max(leastWatchdogSeconds, facts.watchdogSeconds * watchdogFactor)}`,
    `User=${user}`,
    `Group=${user}`,
    'UMask=0077',
    'Environment=NODE_ENV=production',
    'LimitNOFILE=65536',
    '# A core file would hold events and secrets.',
    'LimitCORE=0',
    '',
    `StateDirectory=${folderName}`,
    'StateDirectoryMode=0700',
    `LogsDirectory=${folderName}`,
    'LogsDirectoryMode=0700',
    `ConfigurationDirectory=${folderName}`,
    'ConfigurationDirectoryMode=0750',
    facts.writableFolders.length > 0 &&
      `ReadWritePaths=${facts.writableFolders.map((path) => quote(`-${path}`)).join(' ')}`,
    '',
    'NoNewPrivileges=yes',
    `CapabilityBoundingSet=${facts.opensLowPort ? 'CAP_NET_BIND_SERVICE' : ''}`,
    `AmbientCapabilities=${facts.opensLowPort ? 'CAP_NET_BIND_SERVICE' : ''}`,
    'ProtectSystem=strict',
    `ProtectHome=${facts.livesInHome ? 'read-only' : 'yes'}`,
    'PrivateTmp=yes',
    'PrivateDevices=yes',
    'ProtectClock=yes',
    'ProtectControlGroups=yes',
    'ProtectHostname=yes',
    'ProtectKernelLogs=yes',
    'ProtectKernelModules=yes',
    'ProtectKernelTunables=yes',
    'ProtectProc=invisible',
    'KeyringMode=private',
    'LockPersonality=yes',
    'RemoveIPC=yes',
    'RestrictNamespaces=yes',
    'RestrictRealtime=yes',
    'RestrictSUIDSGID=yes',
    '# AF_NETLINK: looking up a host name asks which addresses this machine has.',
    'RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX AF_NETLINK',
    'SystemCallArchitectures=native',
    'SystemCallFilter=@system-service',
    'SystemCallErrorNumber=EPERM',
    '# V8 compiles JavaScript and WebAssembly to machine code while it runs.',
    'MemoryDenyWriteExecute=no',
    '',
    '[Install]',
    'WantedBy=multi-user.target',
    hasSocket && `Also=${socketName}`,
  );
}

/**
 * The text of threat-forwarder.socket. systemd keeps the listening socket while the service restarts:
 * who connects meanwhile waits, and nobody is refused.
 */
export function socketUnit(listenStream: string): string {
  return lines(
    '# Written by "threat-forwarder service install". Its address is intake.jsa.listen of then.',
    '[Unit]',
    'Description=Listening socket of the JSA threat forwarder',
    '',
    '[Socket]',
    `ListenStream=${listenStream}`,
    'FileDescriptorName=jsa',
    `Service=${serviceName}`,
    'Accept=no',
    'Backlog=4096',
    'KeepAlive=yes',
    '# Senders that knock while the service cannot start must not close the port.',
    'TriggerLimitIntervalSec=0',
    '',
    '[Install]',
    'WantedBy=sockets.target',
  );
}

/** The line that makes the system user; see sysusers.d(5). */
export function sysusersText(user: string): string {
  return lines(
    '# Written by "threat-forwarder service install".',
    `u ${user} - "JSA threat forwarder" /var/lib/${folderName} /usr/sbin/nologin`,
  );
}

/** A word of a unit file: quoted where it must be; `%` and `$` would be replaced. */
function quote(text: string): string {
  const plain = text.replaceAll('%', '%%').replaceAll('$', '$$$$');
  if (/^[A-Za-z0-9_./@:+,=%$-]+$/.test(plain)) return plain;
  return `"${plain.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}

function lines(...parts: readonly (string | false)[]): string {
  return `${parts.filter((part) => part !== false).join('\n')}\n`;
}
