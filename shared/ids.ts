/**
 * Identifiers, branded by their schema so that one kind is never taken for another.
 * Shapes are those of the wire contract; nothing here reads a clock or random numbers.
 */
import * as v from 'valibot';

const pattern = (regex: RegExp, what: string) => v.pipe(v.string(), v.regex(regex, what));

/** A machine: 20 characters `[a-z0-9]`, given by the server at enrolment; also its MQTT user name. */
export const MachineId = v.pipe(pattern(/^[a-z0-9]{20}$/, 'machine_id'), v.brand('MachineId'));
export type MachineId = v.InferOutput<typeof MachineId>;

/** A site (a centre or a school): its official or assigned code, upper case. */
export const SiteId = v.pipe(pattern(/^[A-Z0-9][A-Z0-9-]{1,31}$/, 'site_id'), v.brand('SiteId'));
export type SiteId = v.InferOutput<typeof SiteId>;

/** A journal's epoch: random, 16 characters `[a-z0-9]`, made by the agent. */
export const Epoch = v.pipe(pattern(/^[a-z0-9]{16}$/, 'epoch'), v.brand('Epoch'));
export type Epoch = v.InferOutput<typeof Epoch>;

/** One process of an agent: 8 random bytes in hexadecimal. */
export const Inst = v.pipe(pattern(/^[0-9a-f]{16}$/, 'inst'), v.brand('Inst'));
export type Inst = v.InferOutput<typeof Inst>;

/** The operating system's boot identity, as the agent reads it: opaque text. */
export const Boot = v.pipe(pattern(/^[A-Za-z0-9._:-]{1,64}$/, 'boot'), v.brand('Boot'));
export type Boot = v.InferOutput<typeof Boot>;

/** SHA-256 in hexadecimal: of a secret, a voucher, a fingerprint component. */
export const Sha256 = pattern(/^[0-9a-f]{64}$/, 'sha256');

/** A chain value: 64 bits in hexadecimal (see chain.ts). */
export const ChainValue = pattern(/^[0-9a-f]{16}$/, 'chain');

/** ISO 3166-2 code of one of the twelve regions, `MA-01` to `MA-12`. */
export const RegionCode = v.pipe(pattern(/^MA-(0[1-9]|1[0-2])$/, 'region'), v.brand('RegionCode'));
export type RegionCode = v.InferOutput<typeof RegionCode>;

/** ISO 3166-2 code of a province or prefecture, such as `MA-RAB`. */
export const ProvinceCode = v.pipe(pattern(/^MA-[A-Z]{3}$/, 'province'), v.brand('ProvinceCode'));
export type ProvinceCode = v.InferOutput<typeof ProvinceCode>;
