/**
 * What the engine saw: one look per model and picture, fetched when shown and kept for a while. Requests run one at a
 * time, and those that are no longer wanted when their turn comes are left out, so that leafing fast through pictures
 * never queues work nobody looks at.
 */
import { useEffect } from 'react';
import { create } from 'zustand';
import { type ErrorReport, reportError } from '../../models/errors.ts';
import type { Look } from '../../models/types.ts';
import { look } from '../studio.ts';

export type LookEntry =
  | { readonly state: 'loading' }
  | { readonly state: 'ready'; readonly look: Look }
  | { readonly state: 'failed'; readonly error: ErrorReport };

interface LooksState {
  /** By `keyOf`, oldest first. */
  readonly entries: ReadonlyMap<string, LookEntry>;
}

/** About 300 kB each at 8,400 candidates. */
const keptLooks = 96;
const loading: LookEntry = { state: 'loading' };

const useLooks = create<LooksState>()(() => ({ entries: new Map() }));

interface Wish {
  readonly variantId: string;
  readonly imagePath: string;
  /** Whether cells are wanted that must be looked for inside the graph. */
  readonly grid: boolean;
}
/** How many parts of the window show a look now. */
const wanted = new Map<string, { wish: Wish; count: number }>();
let ahead: readonly Wish[] = [];
let busy = false;
/** Rises when everything is forgotten, so that an answer under old settings is not kept. */
let generation = 0;

function keyOf({ variantId, imagePath, grid }: Wish): string {
  return `${variantId}\n${imagePath}${grid ? '\ngrid' : ''}`;
}

function nextWish(): Wish | undefined {
  const { entries } = useLooks.getState();
  for (const { wish } of wanted.values()) if (!entries.has(keyOf(wish))) return wish;
  return ahead.find((wish) => !entries.has(keyOf(wish)));
}

function keep(key: string, entry: LookEntry): void {
  useLooks.setState(({ entries }) => {
    const next = new Map(entries);
    next.delete(key);
    next.set(key, entry);
    for (const old of next.keys()) {
      if (next.size <= keptLooks) break;
      if (!wanted.has(old)) next.delete(old);
    }
    return { entries: next };
  });
}

async function fetchWanted(): Promise<void> {
  if (busy) return;
  busy = true;
  for (let wish = nextWish(); wish; wish = nextWish()) {
    const started = generation;
    let entry: LookEntry;
    try {
      entry = { state: 'ready', look: await look(wish.variantId, wish.imagePath, wish.grid) };
    } catch (error) {
      entry = { state: 'failed', error: reportError(error) };
    }
    if (started === generation) keep(keyOf(wish), entry);
  }
  busy = false;
}

/**
 * Subscribes to the look of a model at a picture and has it fetched; null where there is nothing to look at. While the look
 * with cells is on its way, the one without is shown; where it has come, it serves both.
 */
export function useLook(variantId: string | null, imagePath: string | null, grid: boolean): LookEntry | null {
  const other = useLooks(({ entries }) =>
    variantId === null || imagePath === null ? undefined : entries.get(keyOf({ variantId, imagePath, grid: !grid })),
  );
  const serves = !grid && other?.state === 'ready';
  const own = useLookEntry(serves ? null : variantId, imagePath, grid);
  return other?.state === 'ready' && (serves || own?.state === 'loading') ? other : own;
}

function useLookEntry(variantId: string | null, imagePath: string | null, grid: boolean): LookEntry | null {
  const key = variantId === null || imagePath === null ? null : keyOf({ variantId, imagePath, grid });
  const entry = useLooks(({ entries }) => (key === null ? undefined : entries.get(key)));
  const missing = entry === undefined;
  useEffect(() => {
    if (variantId === null || imagePath === null) return;
    const wish = { variantId, imagePath, grid };
    const known = wanted.get(keyOf(wish));
    if (known) known.count += 1;
    else wanted.set(keyOf(wish), { wish, count: 1 });
    if (missing) void fetchWanted();
    return () => {
      const held = wanted.get(keyOf(wish));
      if (!held) return;
      held.count -= 1;
      if (held.count === 0) wanted.delete(keyOf(wish));
    };
  }, [variantId, imagePath, grid, missing]);
  return key === null ? null : (entry ?? loading);
}

/** The looks of several models at one picture, by variant id; only those that have arrived. */
export function readyLook(variantId: string, imagePath: string | null): Look | null {
  if (imagePath === null) return null;
  const { entries } = useLooks.getState();
  for (const grid of [true, false]) {
    const entry = entries.get(keyOf({ variantId, imagePath, grid }));
    if (entry?.state === 'ready') return entry.look;
  }
  return null;
}

/** The pictures that all of these models have been looked at on. */
export function imagesSeenBy(variantIds: readonly string[]): readonly string[] {
  const images = new Set<string>();
  for (const [key, { state }] of useLooks.getState().entries) {
    const [, imagePath] = key.split('\n');
    if (state === 'ready' && imagePath !== undefined) images.add(imagePath);
  }
  return [...images].filter((path) => variantIds.every((id) => readyLook(id, path) !== null));
}

/** Tells of every look that comes or goes; the result stops it. */
export const onLooks = (listener: () => void): (() => void) => useLooks.subscribe(listener);

/** Has looks fetched that will probably be wanted next, when nothing else is. */
export function lookAhead(wishes: readonly Wish[]): void {
  ahead = wishes;
  void fetchWanted();
}

/** Forgets failed looks, so that they are tried again. */
export function retryLooks(): void {
  useLooks.setState(({ entries }) => ({
    entries: new Map([...entries].filter(([, entry]) => entry.state !== 'failed')),
  }));
}

/** Forgets everything: what was computed under other settings is not shown as if it were current. */
export function forgetLooks(): void {
  generation += 1;
  useLooks.setState({ entries: new Map() });
}
