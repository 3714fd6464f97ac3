import type { Locator, Page } from '@playwright/test';

/** A tab of the panel below the pictures of Compare. */
export function tabOf(window: Page, name: string): Locator {
  return window.getByRole('tab', { name, exact: true });
}

/** What the chosen tab shows. */
export function panelOf(window: Page): Locator {
  return window.getByRole('tabpanel');
}
