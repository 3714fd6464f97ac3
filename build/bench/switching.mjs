// Times going from one picture to another in the real window: from the key to the frame with its boxes.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { _electron } from '@playwright/test';
import { projectRoot } from '../project.mjs';

/** Milliseconds between two steps: enough for the engine to have looked at the next picture. */
const pause = 1500;

/**
 * Milliseconds of each step to the next picture, which was looked at ahead, as it is for whoever looks for a second or two.
 * @param {{ electron: string, flags: readonly string[], env: Record<string, string>, model: string, images: readonly string[] }} options
 * @returns {Promise<number[]>}
 */
export async function timeSwitching({ electron, flags, env, model, images }) {
  const data = mkdtempSync(join(tmpdir(), 'boxwright-switch-'));
  const app = await _electron.launch({
    executablePath: electron,
    args: [...flags, projectRoot, model, ...images],
    env: { ...env, BOXWRIGHT_DATA: data },
  });
  try {
    const window = await app.firstWindow();
    await window
      .locator('[role=option]')
      .nth(images.length - 1)
      .waitFor({ timeout: 60_000 });
    const times = [];
    for (let count = 1; count < images.length; count += 1) {
      await window.waitForTimeout(pause);
      times.push(await window.evaluate(showNext));
    }
    return times;
  } finally {
    await app.close();
    rmSync(data, { recursive: true, force: true, maxRetries: 5 });
  }
}

/**
 * Runs in the window: goes to the next picture and waits for the frame with its boxes.
 * @returns {Promise<number>} milliseconds
 */
function showNext() {
  const header = () => document.querySelector('section > header')?.textContent ?? '';
  const chosen = () => document.querySelector('[role=option][aria-selected=true]')?.getAttribute('title') ?? '';
  return new Promise((resolve) => {
    const before = { header: header(), chosen: chosen() };
    const started = performance.now();
    window.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowRight', bubbles: true }));
    const look = () => {
      // The header tells the time of the network and the boxes: without them it is still looking.
      const arrived = /\d\sm?s\b/.test(header()) && header() !== before.header && chosen() !== before.chosen;
      // What React has written is drawn in the frame that it asked for.
      if (arrived) requestAnimationFrame(() => resolve(performance.now() - started));
      else requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  });
}
