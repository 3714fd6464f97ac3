import type { Locator, Page } from '@playwright/test';

/** The pictures that the strip lists. */
export function picturesOf(window: Page): Locator {
  return window.getByRole('listbox', { name: 'Pictures' }).getByRole('option');
}

/** A filter of the strip, by the words before its number (a regular expression). */
export function chipOf(window: Page, name: string): Locator {
  return window
    .getByRole('toolbar', { name: 'Filter the pictures' })
    .getByRole('button', { name: new RegExp(`^${name} ?\\d+$`) });
}

/** How many pictures a filter says that it would list. */
export async function countOn(chip: Locator): Promise<number> {
  return Number(/\d+$/.exec((await chip.textContent()) ?? '')?.[0]);
}
