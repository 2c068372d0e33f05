/** How to reach the server: its address, a proxy in between, whom to trust. */
export interface Road {
  /** `https://host[:port][/path]` */
  server: string;
  /** `http://[user:password@]host:port`: asked to open the way by CONNECT. */
  proxy?: string | undefined;
  /** Certificates in PEM that are trusted instead of the public ones. */
  ca?: string | undefined;
}

/** One way to the broker. */
export interface Way {
  kind: 'mqtt' | 'mqtts' | 'ws' | 'wss';
  host: string;
  port: number;
}

/** Where the MQTT of a server is, as it says at enrolment. */
export interface Mqtt {
  host: string | null;
  port: number;
  tls: boolean;
}

/**
 * The ways to try, in their order: MQTT straight, then MQTT over WebSocket on the port of the server's pages, which firewalls that block 8883 let through (D-06). Where the
 * server's address is https no way is in the clear, whatever the enrolment said. Pure.
 */
export function waysTo(server: string, mqtt: Mqtt): Way[] {
  const url = new URL(server);
  const secure = url.protocol === 'https:';
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const web: Way = { kind: secure ? 'wss' : 'ws', host, port: Number(url.port || (secure ? 443 : 80)) };
  if (secure && !mqtt.tls) return [web];
  const straight: Way = { kind: mqtt.tls ? 'mqtts' : 'mqtt', host: mqtt.host ?? host, port: mqtt.port };
  // Nor is there one beside TLS: whoever blocks that port would be given the secret on the other.
  return mqtt.tls && !secure ? [straight] : [straight, web];
}

/** After so many failures on one way the next one is tried; the first is tried again now and then. */
const TRIES_A_WAY = 2;

/** Which way a connection goes: `failures` in a row so far, `worked` the way that stood last. Pure. */
export const wayOf = (ways: readonly Way[], failures: number, worked: number): Way => ways[(worked + Math.floor(failures / TRIES_A_WAY)) % ways.length]!;

/** The address in the environment, or in the settings of Windows as `reg query` prints them, that a request to `server` goes through. Pure. */
export function proxyOf(server: string, env: Readonly<Record<string, string | undefined>>, registry: string): string | null {
  const url = new URL(server);
  const set = (name: string): string | undefined => env[name.toUpperCase()] || env[name.toLowerCase()];
  const except = (set('no_proxy') ?? '').split(/[,\s]+/).filter((entry) => entry !== '');
  if (except.some((entry) => entry === '*' || url.hostname === entry || url.hostname.endsWith(entry.startsWith('.') ? entry : `.${entry}`))) return null;
  const named = set(url.protocol === 'https:' ? 'https_proxy' : 'http_proxy') ?? set('all_proxy');
  if (named) return withScheme(named);
  if (!/ProxyEnable\s+REG_DWORD\s+0x1\b/i.test(registry)) return null;
  const listed = /ProxyServer\s+REG_SZ\s+(\S+)/i.exec(registry)?.[1];
  if (!listed) return null;
  // One for all, or `http=a:1;https=b:2`.
  const own = listed.includes('=') ? new RegExp(`(?:^|;)${url.protocol.slice(0, -1)}=([^;]+)`, 'i').exec(listed)?.[1] : listed;
  return own ? withScheme(own) : null;
}

function withScheme(typed: string): string | null {
  const proxy = /^[a-z0-9]+:\/\//i.test(typed) ? typed : `http://${typed}`;
  return URL.canParse(proxy) && new URL(proxy).protocol === 'http:' ? proxy : null;
}
