import type { Locator, Page } from '@playwright/test';

/** The pane of a model in Compare; of two models joined by " · " while they share one. */
export function paneOf(window: Page, model: string): Locator {
  return window.getByRole('region', { name: model, exact: true });
}

/** The text twin of a pane: its boxes in words, one an item. */
export function boxesOf(window: Page, model: string): Locator {
  return window.getByRole('list', { name: `Boxes of ${model}`, exact: true });
}
