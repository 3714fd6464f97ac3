import type { Page } from '@playwright/test';

/** Drops real files on the middle of the window, as the system would. */
export async function dropFiles(window: Page, files: readonly string[]): Promise<void> {
  const session = await window.context().newCDPSession(window);
  const data = { items: [], files: [...files], dragOperationsMask: 1 };
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const) {
    await session.send('Input.dispatchDragEvent', { type, x: 400, y: 300, data });
  }
  await session.detach();
}
