/** An enrolment that waits for a link, or for a coordinator: the answers, and what only the installer's rights can read, 0600 in the agent's directory. */
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { writePrivate } from '../uplink/identity.ts';
import { readEnrolAnswers, writeEnrolAnswers, type EnrolAnswers } from './enrol-answers.ts';

const FILE = 'enrol-request.json';

export interface KeptRequest extends EnrolAnswers {
  /** The serial numbers as the installer read them (uplink/hardware.ts): the service's account cannot read all of them. */
  hardware: (string | null)[];
}

/** Null: none is kept, or none that can be used. */
export function readKeptRequest(dir: string): KeptRequest | null {
  try {
    const file = readFileSync(join(dir, FILE), 'utf8');
    const read = readEnrolAnswers(file);
    if (!read.ok) return null;
    const { hardware } = JSON.parse(file) as { hardware?: unknown };
    const sound = Array.isArray(hardware) && hardware.length === 3 && hardware.every((part) => part === null || typeof part === 'string');
    return { ...read.answers, hardware: sound ? (hardware as (string | null)[]) : [null, null, null] };
  } catch {
    return null;
  }
}

export const keepRequest = (dir: string, request: KeptRequest): void => writePrivate(join(dir, FILE), writeEnrolAnswers(request));
export const dropRequest = (dir: string): void => rmSync(join(dir, FILE), { force: true });
