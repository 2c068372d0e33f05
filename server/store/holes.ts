/** Numbers of a machine's journals that will never come. */
import type { SeqHole } from '../core/accept.ts';
import type { Handle } from './store.ts';

/** A journal that has more holes than this is one hole from here on: what lies between them is doubted too. */
const HOLES_OF_AN_EPOCH = 500;
const MANY = 'many';

/** `holes` follow what is stored of this epoch. One that continues the last is the same hole. */
export async function addHoles(db: Handle, machine: string, epochNo: number, holes: readonly SeqHole[], at: number): Promise<void> {
  const ofEpoch = () => db.selectFrom('holes').where('machine_id', '=', machine).where('epoch_no', '=', epochNo);
  const last = await ofEpoch().selectAll().orderBy('from_seq', 'desc').limit(1).executeTakeFirst();
  const { count } = await ofEpoch().select(({ fn }) => fn.countAll<number>().as('count')).executeTakeFirstOrThrow();
  const rows = last ? [last] : [];
  for (const { from, to, why } of holes) {
    const before = rows[rows.length - 1];
    const isOne = before && before.to_seq === from - 1 && before.why === why;
    const isFull = before && Number(count) + rows.length - (last ? 1 : 0) >= HOLES_OF_AN_EPOCH;
    if (isOne || isFull) Object.assign(before, { to_seq: to, at, why: isOne ? why : MANY });
    else rows.push({ machine_id: machine, epoch_no: epochNo, from_seq: from, to_seq: to, why, at });
  }
  for (const row of rows) {
    await db
      .insertInto('holes')
      .values(row)
      .onConflict((oc) => oc.columns(['machine_id', 'epoch_no', 'from_seq']).doUpdateSet({ to_seq: row.to_seq, why: row.why, at: row.at }))
      .execute();
  }
}
