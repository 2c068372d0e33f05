/** What the demonstration remembers of its fleet, in one file of its data directory: a second start goes on with the same. */
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';

const FleetFile = v.object({
  version: v.literal(2),
  seed: v.number(),
  /** What every PC's secret, request number and fingerprint are derived from: an enrolment that was cut off is repeated as the same. */
  key: v.string(),
  vouchers: v.record(v.string(), v.string()),
  vouchersAt: v.number(),
  /** Machine ids by place in the full fleet; null: not enrolled yet. */
  machines: v.array(v.nullable(v.string())),
  /** Pasts being told, by place: enough to journal the same again; null: told. */
  pasts: v.record(v.string(), v.nullable(v.object({ from: v.number(), until: v.number(), days: v.number() }))),
});
export type FleetFile = v.InferOutput<typeof FleetFile>;
export type Past = NonNullable<FleetFile['pasts'][string]>;

const fileIn = (dir: string): string => join(dir, 'demo-fleet.json');

/** Null: none yet. Throws when it cannot be gone on with. */
export function readFleet(dir: string): FleetFile | null {
  if (!existsSync(fileIn(dir))) return null;
  const read = v.safeParse(FleetFile, JSON.parse(readFileSync(fileIn(dir), 'utf8')));
  if (!read.success) throw new Error(`${fileIn(dir)} is of another version of this demonstration. Start anew: npm run demo -- --fresh`);
  return read.output;
}

/** Whole or not at all. */
export function writeFleet(dir: string, fleet: FleetFile): void {
  const beside = `${fileIn(dir)}.new`;
  writeFileSync(beside, JSON.stringify(fleet), { mode: 0o600 });
  renameSync(beside, fileIn(dir));
}
