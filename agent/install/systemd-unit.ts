/**
 * The unit of the agent's service, as text. Hardened as far as a Node process can be; every line that is missing on purpose is
 * explained. Pure.
 */
import { ACCOUNT } from './places.ts';

export interface UnitPlan {
  /** Runtime and bundle. */
  program: string;
  state: string;
  /** The systemd that will read it; null: not known, only what every systemd since 247 understands. */
  systemd: number | null;
}

const USUAL_STATE = '/var/lib/cac-agent';

export function systemdUnit({ program, state, systemd }: UnitPlan): string {
  const stateLines = state === USUAL_STATE ? ['StateDirectory=cac-agent', 'StateDirectoryMode=0700'] : [`ReadWritePaths=${state}`];
  return `[Unit]
Description=CAC agent: is this place open, powered and connected?
# Not network-online.target: that there is no network is what it has to tell.
After=network.target
# Without an identity, and without answers to ask for one with, there is nothing to run.
ConditionPathExists=|${state}/identity.json
ConditionPathExists=|${state}/enrol-request.json
StartLimitIntervalSec=0

[Service]
# The agent says that it runs, and every few minutes that it still does, with systemd-notify: Node itself cannot write to a datagram
# socket. Its children send these words, hence NotifyAccess=all.
Type=notify
NotifyAccess=all
WatchdogSec=15min
ExecStart=${program}/node ${program}/cac-agent.cjs run --dir ${state}
User=${ACCOUNT}
Group=${ACCOUNT}
${stateLines.join('\n')}
UMask=0077

# Killed again and again (an antivirus, say), it always comes back, and ever later where systemd can do that.
Restart=always
${restartLines(systemd)}
TimeoutStopSec=20
# Only the agent is told to stop: what it asks systemctl then must live.
KillMode=mixed

MemoryMax=192M
TasksMax=64

NoNewPrivileges=yes
CapabilityBoundingSet=
AmbientCapabilities=
ProtectSystem=strict
ProtectHome=yes
PrivateTmp=yes
PrivateMounts=yes
PrivateDevices=yes
ProtectClock=yes
ProtectControlGroups=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
# Processes of others stay unseen. Not ProcSubset=pid: the name of this boot is in /proc/sys.
ProtectProc=invisible
LockPersonality=yes
RemoveIPC=yes
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
# AF_NETLINK lists the interfaces; AF_UNIX answers "cac-agent status".
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallErrorNumber=EPERM
# Not MemoryDenyWriteExecute: V8 compiles. Not IPAddressDeny or PrivateNetwork: it measures the network.

[Install]
WantedBy=multi-user.target
`;
}

/** systemd 254 and later wait ever longer: 5 s, up to 5 minutes after eight restarts in a row. Older ones know one pause. */
export function restartLines(systemd: number | null): string {
  return systemd !== null && systemd >= 254 ? 'RestartSec=5\nRestartSteps=8\nRestartMaxDelaySec=5min' : 'RestartSec=15';
}

/** `systemctl --version`: "systemd 252 (252.39-1~deb12u1)". */
export function readSystemdVersion(output: string): number | null {
  const found = /^systemd (\d+)/m.exec(output)?.[1];
  return found === undefined ? null : Number(found);
}
