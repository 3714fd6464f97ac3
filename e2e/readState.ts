import type { Page } from '@playwright/test';
import type { StudioState } from '../electron/contract.ts';

/** What the shell knows now: project, settings, jobs. */
export async function readState(page: Page): Promise<StudioState> {
  const reply = await page.evaluate(() => window.studio.getState());
  if (!reply.ok) throw new Error(reply.error.message);
  return reply.value;
}
