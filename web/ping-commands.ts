/** The lines by which a PC without an agent gives its sign every five minutes. Pure. */

export interface PingCommands {
  /** Once, by hand. */
  curl: string;
  /** A line for a crontab. */
  cron: string;
  powershell: string;
  /** Makes a scheduled task of Windows that runs for whoever is signed in, and for nobody. `/TR` takes 261 characters. */
  schtasks: string;
}

const EVERY_MIN = 5;
export const MOST_TASK = 261;

export const pingUrl = (server: string, token: string): string => `${server}/ping/${token}`;

/** Works from PowerShell 2 on; 3072 is TLS 1.2, which old Windows does not offer by itself. */
const call = (url: string): string => `[Net.ServicePointManager]::SecurityProtocol=3072;(New-Object Net.WebClient).DownloadString('${url}')`;

/** What the task runs. */
export const taskOf = (url: string): string => `powershell -NoP -W Hidden -C "${call(url)}"`;

export function pingCommands(url: string): PingCommands {
  return {
    curl: `curl -fsS -m 20 ${url}`,
    cron: `*/${EVERY_MIN} * * * * curl -fsS -m 20 -o /dev/null ${url}`,
    powershell: call(url),
    schtasks: `schtasks /Create /F /TN Constat /SC MINUTE /MO ${EVERY_MIN} /RU SYSTEM /TR "${taskOf(url).replaceAll('"', '\\"')}"`,
  };
}
