/**
 * Visits every item, at most `limit` at a time, in their order. The first fault ends it.
 * @throws what `visit` throws, and `AbortError`
 */
export async function inParallel<Item>(
  items: readonly Item[],
  limit: number,
  signal: AbortSignal,
  visit: (item: Item, index: number) => Promise<void>,
): Promise<void> {
  const entries = items.entries();
  const work = async () => {
    // One iterator for all workers: each takes the next item that is left.
    for (const [index, item] of entries) {
      signal.throwIfAborted();
      await visit(item, index);
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, work));
  signal.throwIfAborted();
}
