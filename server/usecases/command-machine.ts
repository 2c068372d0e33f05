/** Asks an agent to do something. It is sent at once if it is connected, else at its next hello, and again until it answers. */
import type { Command, CommandKind } from '@cac/shared/field.ts';
import { problem } from '../core/problem.ts';
import { writeAudit } from '../store/accounts.ts';
import { insertCommand, openCommands } from '../store/machine-field.ts';
import { findMachine } from '../store/machines.ts';
import type { Store } from '../store/store.ts';
import type { Author } from './add-sites.ts';

/** Throws `not_found` out of scope, `command_waiting` while the same one has not been carried out. */
export const commandMachine = (store: Store, author: Author, machine: string, kind: CommandKind, now: number): Promise<Command> =>
  store.db.transaction().execute(async (tx) => {
    const found = await findMachine(tx, author.scope, machine);
    if (!found || found.revoked) throw problem('not_found', 'There is no such machine.');
    if ((await openCommands(tx, [machine])).some((open) => open.kind === kind)) throw problem('command_waiting', 'The agent was asked this already and has not answered yet.', { where: 'kind', todo: 'It is asked again when it connects.' });
    const id = await insertCommand(tx, { machine_id: machine, kind, detail: '', asked_by: author.name, asked_at: now });
    await writeAudit(tx, { at: now, who: author.name, act: `command_${kind}`, subject: machine, detail: found.siteId });
    return { id, kind, askedBy: author.name, askedAt: now, sentAt: null, doneAt: null };
  });
