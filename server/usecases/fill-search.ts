/** Makes the text that sites are searched by, at start, for those that have none: older versions did not keep it. */
import { searchKey } from '@cac/shared/search-key.ts';
import { unsearchable, writeSearch } from '../store/sites.ts';
import type { Store } from '../store/store.ts';

const AT_ONCE = 500;

export async function fillSearch(store: Store): Promise<number> {
  for (let filled = 0; ; ) {
    const missing = await unsearchable(store.db, AT_ONCE);
    if (missing.length === 0) return filled;
    await store.db.transaction().execute(async (tx) => {
      for (const { id, name, name_ar: nameAr, official_code: officialCode } of missing) await writeSearch(tx, id, searchKey(id, name, nameAr, officialCode));
    });
    filled += missing.length;
  }
}
