/** What installing and removing the service needs and answers, alike on each system. */
import { installLinuxService, removeLinuxService, stopLinuxService } from './linux-service.ts';
import { installWindowsService, removeWindowsService, stopWindowsService } from './windows-service.ts';

export interface ServicePlan {
  program: string;
  state: string;
  /** What runs now: this Node and this bundle. */
  execPath: string;
  script: string;
}

export type ServiceOutcome =
  /** `changed`: what was not as it should be; nothing the second time. `said`: what was tried and did not work, in the system's words. */
  | { kind: 'installed'; changed: string[]; running: 'now' | 'at_next_start'; said: string[] }
  /** `kept`: the state directory, if it was to stay. */
  | { kind: 'removed'; kept: string | null }
  /** The step, and what the system said of it. */
  | { kind: 'failed'; step: string };

const windows = process.platform === 'win32';

export const installService = (plan: ServicePlan): Promise<ServiceOutcome> => (windows ? installWindowsService(plan) : installLinuxService(plan));
export const stopService = (script: string): Promise<void> => (windows ? stopWindowsService(script) : stopLinuxService());
export const removeService = (plan: ServicePlan & { keepJournal: boolean }): Promise<ServiceOutcome> => (windows ? removeWindowsService(plan) : removeLinuxService(plan));
