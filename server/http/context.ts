/** What a request handler may know. */
import type { Account } from '../store/accounts.ts';
import type { Store } from '../store/store.ts';
import type { EnrolDoor } from '../usecases/enrol.ts';
import type { SignInDoor } from '../usecases/sign-in.ts';
import type { PingDoor } from '../usecases/take-ping.ts';
import type { Ground } from '../core/import/ground.ts';
import type { ChannelTools } from '../usecases/keep-channels.ts';
import type { Fleet } from './fleet.ts';
import type { Live } from './live.ts';
import type { Packages } from './packages.ts';
import type { Log } from '../log.ts';

export interface HttpDeps {
  store: Store;
  now: () => number;
  log: Log;
  enrolDoor: EnrolDoor;
  signInDoor: SignInDoor;
  pingDoor: PingDoor;
  fleet: Fleet;
  live: Live;
  /** Where agents speak MQTT. A null host: the host they enrolled at. */
  mqtt: { host: string | null; port: number; tls: boolean };
  settings: { rasterUrl: string | null; rasterCredit: string | null; demo: boolean; publicUrl: string };
  /** Cookies travel over TLS only. */
  secure: boolean;
  trustProxy: boolean;
  metricsToken: string | null;
  webDir: string;
  /** What is installed on PCs. */
  packages: Packages;
  /** Shapes of the provinces. */
  ground(): Ground;
  version: string;
  health(): Promise<Health>;
  metrics(): Promise<string>;
  /** How people are told: channels with what they need, and whom to wake when something was put into the outbox. */
  notices: { tools: ChannelTools; poke(): void };
  /** After an act that wrote the log. */
  onChanged(): void;
  /** Whom to speak to over MQTT after an act. */
  agents: { greet(machines: readonly string[]): void; judge(machine: string): void; configChanged(site: string | null): void };
  /** After a machine's identity was taken back. */
  onRevoked(machine: string): void;
}

export interface Health {
  ok: boolean;
  /** Why not; `ok` when all is well. */
  code: string;
  version: string;
  /** What will be wrong soon, such as a certificate that ends; absent: nothing. */
  warnings?: readonly string[];
}

export interface Vars {
  requestId: string;
  address: string;
  /** Null for strangers. */
  account: Account | null;
  token: string | null;
}

export interface Env {
  Variables: Vars;
}
