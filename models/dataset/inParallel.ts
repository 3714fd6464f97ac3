/**
 * Visits every item, at most `limit` at a time, in their order. The first fault ends it, once what was begun is done: nothing
 * goes on behind the caller's back.
 * @throws what `visit` throws, and `AbortError`
 */
export async function inParallel<Item>(
  items: readonly Item[],
  limit: number,
  signal: AbortSignal,
  visit: (item: Item, index: number) => Promise<void>,
): Promise<void> {
  const entries = items.entries();
  let hasFailed = false;
  const work = async () => {
    // One iterator for all workers: each takes the next item that is left.
    for (const [index, item] of entries) {
      if (hasFailed) return;
      try {
        signal.throwIfAborted();
        await visit(item, index);
      } catch (error) {
        hasFailed = true;
        throw error;
      }
    }
  };
  const workers = Array.from({ length: Math.min(limit, items.length) }, work);
  for (const result of await Promise.allSettled(workers)) if (result.status === 'rejected') throw result.reason;
  signal.throwIfAborted();
}
