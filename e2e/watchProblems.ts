import type { Page } from '@playwright/test';

/** What goes wrong inside a window from now on: errors that nothing caught, and those that its code logs. */
export function watchProblems(window: Page): readonly string[] {
  const problems: string[] = [];
  window.on('pageerror', (error) => problems.push(String(error)));
  window.on('console', (message) => {
    if (message.type() === 'error') problems.push(message.text());
  });
  return problems;
}
