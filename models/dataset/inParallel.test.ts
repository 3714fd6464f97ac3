import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { inParallel } from './inParallel.ts';

const signal = new AbortController().signal;

describe('visiting in parallel', () => {
  it('visits every item once, in order, at most so many at a time', async () => {
    const items = Array.from({ length: 20 }, (_, index) => 10 * index);
    const begun: number[] = [];
    let open = 0;
    let most = 0;
    await inParallel(items, 3, signal, async (item, index) => {
      expect(item).toBe(10 * index);
      begun.push(index);
      open += 1;
      most = Math.max(most, open);
      for (let turn = 0; turn < index % 4; turn += 1) await setImmediate();
      open -= 1;
    });
    expect(begun).toEqual([...items.keys()]);
    expect(most).toBe(3);
    await inParallel([], 3, signal, () => Promise.reject(new Error('there is nothing to visit')));
  });

  it('begins nothing more after a fault, and ends when what was begun is done', async () => {
    const done: number[] = [];
    const visiting = inParallel([0, 1, 2, 3, 4, 5, 6, 7], 2, signal, async (item) => {
      await setImmediate();
      if (item === 2) throw new Error('two');
      for (let turn = 0; turn < 5; turn += 1) await setImmediate();
      done.push(item);
    });
    await expect(visiting).rejects.toThrow('two');
    const atTheEnd = [...done];
    for (let turn = 0; turn < 20; turn += 1) await setImmediate();
    expect(done).toEqual(atTheEnd);
    expect(done.length).toBeLessThan(5);
  });

  it('stops when cancelled', async () => {
    const controller = new AbortController();
    let visited = 0;
    const visiting = inParallel([1, 2, 3, 4], 1, controller.signal, async () => {
      visited += 1;
      if (visited === 2) controller.abort();
    });
    await expect(visiting).rejects.toMatchObject({ name: 'AbortError' });
    expect(visited).toBe(2);
  });
});
