/** What happens next: one heap for a whole world. Entries of the same instant come in the order in which they were put. */

export interface Agenda<T> {
  put(at: number, what: T): void;
  /** When the next is due; Infinity when nothing is. */
  nextAt(): number;
  take(): { at: number; what: T } | null;
}

interface Entry<T> {
  at: number;
  order: number;
  what: T;
}

export function createAgenda<T>(): Agenda<T> {
  const heap: Entry<T>[] = [];
  let order = 0;
  const before = (a: Entry<T>, b: Entry<T>): boolean => a.at < b.at || (a.at === b.at && a.order < b.order);

  function rise(entry: Entry<T>): void {
    let i = heap.length;
    heap.push(entry);
    while (i > 0) {
      const parent = (i - 1) >> 1;
      if (!before(entry, heap[parent]!)) break;
      heap[i] = heap[parent]!;
      i = parent;
    }
    heap[i] = entry;
  }

  function sink(entry: Entry<T>): void {
    let i = 0;
    for (;;) {
      let child = 2 * i + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && before(heap[child + 1]!, heap[child]!)) child += 1;
      if (!before(heap[child]!, entry)) break;
      heap[i] = heap[child]!;
      i = child;
    }
    heap[i] = entry;
  }

  return {
    put: (at, what) => rise({ at, order: (order += 1), what }),
    nextAt: () => heap[0]?.at ?? Infinity,
    take() {
      const first = heap[0];
      if (!first) return null;
      const last = heap.pop()!;
      if (heap.length > 0) sink(last);
      return { at: first.at, what: first.what };
    },
  };
}
