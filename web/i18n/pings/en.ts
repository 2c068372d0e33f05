/** English texts of pings without an agent. */
import type { SameKeys } from '../catalogue.ts';
import type { pingsFr } from './fr.ts';

export const pingsEn: SameKeys<typeof pingsFr> = {
  title: 'Simple signs',
  weaker: 'Simple sign: weaker evidence',
  text: 'For a PC that cannot run the agent (Windows 7). It calls an address every five minutes: that tells that a PC is on and connected, and nothing more. Neither the machines’ states nor the site’s minutes change by it.',
  none: 'None.',
  name: 'Name of the PC',
  add: 'Make an address',
  last: 'last sign {ago}',
  never: 'no sign yet',
  days: { one: '{n} of the last 30 days', other: '{n} of the last 30 days' },
  revoke: 'Close',
  revoked: 'closed',
  revoke_title: 'Close this address?',
  revoke_text: 'It stops answering at once. The days noted so far stay.',
  new_title: 'Address of the sign',
  once: 'This address is shown once only. Whoever has it can say “a PC is on here”; keep it for that PC.',
  curl: 'Try it (Linux, macOS, Windows 10)',
  cron: 'Linux: line of a crontab (crontab -e)',
  powershell: 'Windows: try it in PowerShell',
  schtasks: 'Windows: scheduled task, to be pasted into a command prompt opened as administrator',
  old_windows: 'Windows 7 speaks TLS 1.2 only with the updates KB3140245 and KB3154518. These lines were not tried on a real Windows 7.',
  copy: 'Copy',
  copied: 'Copied',
};
