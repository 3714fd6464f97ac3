import type { Page } from '@playwright/test';

/** Clicks a screen in the rail. */
export function goTo(window: Page, screen: string): Promise<void> {
  return window.getByRole('navigation').getByRole('button', { name: screen, exact: true }).click();
}
