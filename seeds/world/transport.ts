/** Between the played world and a server: implemented by whoever wires one (tools/, test/). All instants are true time, ms UTC. */
import type { Ack, Srv } from '@cac/shared/messages.ts';

/** One connection at the broker. */
export interface Session {
  machine: string;
  inst: string;
  conn: number;
  ep: string;
}

export interface Transport {
  /** The machines of each site, by PC. */
  machines: readonly (readonly string[])[];
  /** The hint that every new subscriber gets. */
  srv(at: number): Srv;
  /** A message reached the broker. `settle` is called during a later `commit`; null: nobody answers. */
  publish(session: Session, payload: Uint8Array, at: number, settle: (ack: Ack | null) => void): void;
  /** A packet without a report: a ping. */
  sign(machine: string, at: number): void;
  /** A connection ended without a goodbye. */
  will(session: Session, at: number): void;
  /** What was published is committed and answered. */
  commit(at: number): Promise<void>;
  /** Once a minute: deadlines, and whatever else the server does by itself. */
  minute(at: number): Promise<void>;
  serverStops(at: number): Promise<void>;
  serverStarts(at: number): Promise<void>;
}
