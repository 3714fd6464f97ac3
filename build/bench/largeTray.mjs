// Times a folder of 100,000 pictures: opening it in the real window, and scrolling through the image strip.

import { linkSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { _electron } from '@playwright/test';
import { projectRoot } from '../project.mjs';

const count = 100_000;
/** File systems limit how many names one file may have. */
const linksOfFile = 10_000;
/** Frames that are timed while the strip moves. */
const frames = 240;

/**
 * A folder of pictures, all of them links to copies of one.
 * @param {Uint8Array} picture
 */
export function makeLargeFolder(picture) {
  const folder = mkdtempSync(join(tmpdir(), 'boxwright-large-'));
  const pictures = join(folder, 'images');
  mkdirSync(pictures);
  let source = '';
  for (let index = 0; index < count; index += 1) {
    const path = join(pictures, `${String(index).padStart(12, '0')}.jpg`);
    if (index % linksOfFile === 0) {
      writeFileSync(path, picture);
      source = path;
    } else linkSync(source, path);
  }
  return folder;
}

/**
 * Opens a folder of `count` pictures in the window and scrolls from one end of the strip to the other.
 * @param {{ electron: string, flags: readonly string[], env: Record<string, string>, model: string, folder: string }} options
 */
export async function timeLargeTray({ electron, flags, env, model, folder }) {
  const data = mkdtempSync(join(tmpdir(), 'boxwright-tray-'));
  const app = await _electron.launch({
    executablePath: electron,
    args: [...flags, projectRoot, model],
    env: { ...env, BOXWRIGHT_DATA: data },
  });
  try {
    const window = await app.firstWindow();
    const compare = window.getByRole('navigation').getByRole('button', { name: 'Compare', exact: true });
    await window.waitForTimeout(3000);
    await compare.click();
    const started = performance.now();
    const opened = await window.evaluate((path) => globalThis.window.studio.openPaths([path]), folder);
    await window.locator('[role=option]').first().waitFor({ timeout: 60_000 });
    const open = performance.now() - started;
    await window.waitForTimeout(1500);
    const scroll = await window.evaluate(scrollThrough, frames);
    return { count, opened, open, ...scroll };
  } finally {
    await app.close();
    rmSync(data, { recursive: true, force: true, maxRetries: 5 });
  }
}

/**
 * Runs in the window: moves the strip by three pictures a frame, as a flick of the wheel does, then drags its bar from end to end.
 * @param {number} frames
 */
async function scrollThrough(frames) {
  const strip = document.querySelector('[role=listbox]');
  if (strip === null) throw new Error('there is no strip');
  /** @returns {Promise<number>} */
  const nextFrame = () => new Promise((resolve) => requestAnimationFrame(resolve));
  let most = 0;
  /** @param {(frame: number) => number} placeAt */
  const time = async (placeAt) => {
    const times = [];
    let last = await nextFrame();
    for (let frame = 0; frame < frames; frame += 1) {
      strip.scrollLeft = placeAt(frame);
      const now = await nextFrame();
      times.push(now - last);
      last = now;
      most = Math.max(most, document.querySelectorAll('[role=option]').length);
    }
    return times;
  };
  const wheel = await time((frame) => frame * 260);
  const bar = await time((frame) => (frame / frames) * strip.scrollWidth);
  return { wheel, bar, most };
}
