import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isReachable, parseWindowState, readWindowState, writeWindowState } from './windowState.ts';

const screen = { x: 0, y: 0, width: 1920, height: 1080 };

describe('the state of the window', () => {
  it('survives the disk', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'boxwright wíndow '));
    try {
      const path = join(folder, 'window.json');
      const first = { bounds: null, isMaximized: false, isDark: true };
      expect(readWindowState(path)).toEqual(first);
      const state = { bounds: { x: -10, y: 20, width: 1200, height: 800 }, isMaximized: true, isDark: false };
      writeWindowState(path, state);
      expect(readWindowState(path)).toEqual(state);
      await writeFile(path, '{"bounds": {"x"');
      expect(readWindowState(path)).toEqual(first);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('is usable, whatever the file holds', () => {
    const number = fc.oneof(
      fc.integer({ min: -30_000, max: 30_000 }),
      fc.double(),
      fc.constantFrom('1', null, undefined),
    );
    const bounds = fc.record({ x: number, y: number, width: number, height: number }, { requiredKeys: [] });
    const anything = fc.oneof(
      fc.jsonValue(),
      fc.record({ bounds, isMaximized: fc.jsonValue(), isDark: fc.jsonValue() }),
    );
    fc.assert(
      fc.property(anything, (value) => {
        const state = parseWindowState(value);
        expect([typeof state.isMaximized, typeof state.isDark]).toEqual(['boolean', 'boolean']);
        for (const side of Object.values(state.bounds ?? {})) expect(Number.isInteger(side)).toBe(true);
        if (state.bounds !== null)
          expect(Math.min(state.bounds.width, state.bounds.height)).toBeGreaterThanOrEqual(200);
      }),
    );
  });

  it.each([
    ['on the screen', { x: 100, y: 100, width: 800, height: 600 }, true],
    ['half beside it', { x: 1800, y: 100, width: 800, height: 600 }, true],
    ['on a screen that is no longer there', { x: 2500, y: 100, width: 800, height: 600 }, false],
    ['with the title above the screen', { x: 100, y: -200, width: 800, height: 600 }, false],
    ['with the title below the screen', { x: 100, y: 1070, width: 800, height: 600 }, false],
  ])('tells whether a window can be reached: %s', (_where, bounds, expected) => {
    expect(isReachable(bounds, [screen])).toBe(expected);
    expect(isReachable(bounds, [])).toBe(false);
  });
});
