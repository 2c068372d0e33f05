/** A machine's row, written directly where neither enrolling nor reporting is what is measured. */
import type { MachineTable } from '@cac/server/store/tables.ts';

/** `at`: when it was enrolled and came into its state. */
export const machineRow = (id: string, site: string, voucher: number, at: number, over: Partial<MachineTable> = {}): MachineTable => ({
  id, site_id: site, name: id, secret_hash: id.padEnd(64, '0'), fingerprint: '[]', voucher_id: voucher, nonce: id, enrolled_at: at, begins_at: at, revoked_at: null, state: 'unseen',
  since_at: at, provisional: 0, deadline_at: null, last_sign_at: null, liveness_ms: 60_000, link: 'ok', ep: null, inst: null, conn: null, boot: null, booted_at: null,
  probes: '[]', flags: '[]', interface: null, versions: null, skew_ms: null, clone_suspect_at: null, old_secret_hash: null, old_secret_until: null, secret_changed_at: null, cfg_version: null, context: null, context_at: null, replaced_by: null, restarts_at: null, ...over,
});
