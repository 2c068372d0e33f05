/**
 * Debian's package: what it holds, and what is done when it comes and goes. `remove` keeps identity and journal as Debian does,
 * `purge` leaves no trace. systemd is spoken to only where it runs. Texts are pure; `buildDeb` calls dpkg-deb.
 */
import { execFile } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { ACCOUNT, DEBIAN_PROGRAM } from '../../agent/install/places.ts';
import { restartLines, systemdUnit } from '../../agent/install/systemd-unit.ts';
import type { PackedFile } from './tar.ts';

const STATE = '/var/lib/cac-agent';
const BACKOFF = '/etc/systemd/system/cac-agent.service.d/10-backoff.conf';

export const control = (version: string, installedKiB: number): string => `Package: cac-agent
Version: ${version}
Architecture: amd64
Maintainer: Administrators of the CAC platform <root@localhost>
Installed-Size: ${installedKiB}
Depends: passwd, libc6 (>= 2.28), libstdc++6
Recommends: systemd
Section: admin
Priority: optional
Description: proof that a public access centre is open, powered and connected
 The agent observes this PC's power and link each minute, keeps what it saw in a
 journal, and sends it to the platform. It reads nothing of people. After the
 installation: cac-agent install --server URL --voucher CODE
`;

export const POSTINST = `#!/bin/sh
set -e
if [ "$1" = configure ]; then
  id -u ${ACCOUNT} >/dev/null 2>&1 ||
    useradd --system --user-group --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin ${ACCOUNT}
  mkdir -p ${STATE}
  chown -R ${ACCOUNT}:${ACCOUNT} ${STATE}
  chmod 0700 ${STATE}
  # Ever longer pauses between restarts, where systemd knows them.
  version=$(systemctl --version 2>/dev/null | sed -n '1s/^systemd \\([0-9]*\\).*/\\1/p')
  if [ "\${version:-0}" -ge 254 ]; then
    mkdir -p ${dirname(BACKOFF)}
    printf '[Service]\\n${restartLines(254).replaceAll('\n', '\\n')}\\n' > ${BACKOFF}
  fi
  if command -v deb-systemd-helper >/dev/null; then deb-systemd-helper enable cac-agent.service >/dev/null || true; fi
  if [ -d /run/systemd/system ]; then
    systemctl daemon-reload
    # Nothing happens before this PC has an identity, or answers to ask for one with: the unit's conditions say so.
    systemctl restart cac-agent.service || true
  fi
fi
`;

export const PRERM = `#!/bin/sh
set -e
# Its last word: the server is told that the agent was uninstalled.
if [ "$1" = remove ]; then ${DEBIAN_PROGRAM}/cac-agent uninstall --last-word || true; fi
`;

export const POSTRM = `#!/bin/sh
set -e
if [ "$1" = remove ] || [ "$1" = purge ]; then
  if command -v deb-systemd-helper >/dev/null; then deb-systemd-helper purge cac-agent.service >/dev/null || true; fi
  # What "cac-agent install --dir" wrote.
  rm -f ${BACKOFF} /etc/systemd/system/cac-agent.service
  rmdir ${dirname(BACKOFF)} 2>/dev/null || true
  if [ -d /run/systemd/system ]; then systemctl daemon-reload || true; fi
fi
if [ "$1" = purge ]; then
  rm -rf ${STATE}
  if id -u ${ACCOUNT} >/dev/null 2>&1; then userdel ${ACCOUNT}; fi
fi
`;

/** Where the files of the Linux package go on Debian. */
export function debianFiles(program: readonly PackedFile[], licences: readonly PackedFile[]): PackedFile[] {
  const unit = systemdUnit({ program: DEBIAN_PROGRAM, state: STATE, systemd: null });
  return [
    ...program.map((file) => ({ ...file, path: `${DEBIAN_PROGRAM.slice(1)}/${file.path}` })),
    ...licences.map((file) => ({ ...file, path: `usr/share/doc/cac-agent/${file.path}` })),
    { path: 'usr/lib/systemd/system/cac-agent.service', bytes: Buffer.from(unit), mode: 0o644 },
  ];
}

/** Writes the package; needs dpkg-deb. `mtime` in seconds. */
export async function buildDeb(outfile: string, version: string, files: readonly PackedFile[], mtime: number): Promise<void> {
  const root = mkdtempSync(join(tmpdir(), 'cac-deb-'));
  try {
    chmodSync(root, 0o755);
    const kib = Math.ceil(files.reduce((sum, file) => sum + file.bytes.length, 0) / 1024);
    const scripts = { postinst: POSTINST, prerm: PRERM, postrm: POSTRM };
    const meta: PackedFile[] = [
      { path: 'DEBIAN/control', bytes: Buffer.from(control(version, kib)), mode: 0o644 },
      ...Object.entries(scripts).map(([name, text]) => ({ path: `DEBIAN/${name}`, bytes: Buffer.from(text), mode: 0o755 })),
    ];
    for (const { path, bytes, mode } of [...files, ...meta]) {
      const to = join(root, path);
      mkdirSync(dirname(to), { recursive: true, mode: 0o755 });
      writeFileSync(to, bytes);
      chmodSync(to, mode);
      utimesSync(to, mtime, mtime);
    }
    mkdirSync(join(root, 'usr/bin'), { recursive: true, mode: 0o755 });
    symlinkSync('../lib/cac-agent/cac-agent', join(root, 'usr/bin/cac-agent'));
    await promisify(execFile)('dpkg-deb', ['--root-owner-group', '-Zxz', '--build', root, outfile], { env: { ...process.env, SOURCE_DATE_EPOCH: String(mtime) } });
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}
