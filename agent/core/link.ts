/** What the probes say of the way to the Internet, as one word: `ok`, or the first layer that fails. Pure. */
import type { InterfaceKind } from '@cac/shared/records.ts';
import type { LinkWord } from '@cac/shared/states.ts';

/** A layer's evidence. `unknown`: nothing was proven either way, which is never taken for a failure. */
type Evidence = 'up' | 'down' | 'unknown';

export interface LinkEvidence {
  interface: InterfaceKind;
  gateway: Evidence;
  dns: Evidence;
  portal: Evidence;
  /** One per target tried. */
  targets: readonly Evidence[];
  server: Evidence;
}

/** The first line that matches is the answer. */
export function linkOf(e: LinkEvidence): LinkWord {
  const tried = e.targets.filter((t) => t !== 'unknown');
  const reached = tried.includes('up');
  if (e.interface === 'none' && !reached) return 'lan';
  if (e.portal === 'down') return 'portal';
  // A gateway that hides from us while something beyond it answers is not down.
  if (e.gateway === 'down' && !reached) return 'gateway';
  // Where a bare address does not answer either, names are not what is broken.
  if (tried.length > 0 && !reached) return 'internet';
  // People type names: broken DNS counts as failing even if a bare address answers.
  if (e.dns === 'down') return 'dns';
  if (e.server === 'down') return 'server';
  return 'ok';
}

/** A target whose name was not resolved says nothing of the way to it. */
const UNRESOLVED: ReadonlySet<unknown> = new Set(['name_not_found', 'dns_timeout']);

/** Probe results as evidence: a number passed, a text failed, `no_evidence` and what is missing say nothing. */
export function evidenceOf(kind: InterfaceKind, results: Readonly<Record<string, number | string>>): LinkEvidence {
  const of = (name: string): Evidence => {
    const result = results[name];
    if (typeof result === 'number') return 'up';
    return result === undefined || result === 'no_evidence' ? 'unknown' : 'down';
  };
  const targets = Object.keys(results).filter((name) => /^net\d+$/.test(name)).map((name) => (UNRESOLVED.has(results[name]) ? 'unknown' : of(name)));
  return { interface: kind, gateway: of('gw'), dns: of('dns'), portal: results['srv'] === 'captive_or_proxy' ? 'down' : of('portal'), targets, server: of('srv') };
}
