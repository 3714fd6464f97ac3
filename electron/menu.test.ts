import type { MenuItemConstructorOptions } from 'electron';
import { describe, expect, it, vi } from 'vitest';

vi.mock('electron', () => ({ Menu: {} }));
const { menuTemplate } = await import('./menu.ts');

function flatten(items: readonly MenuItemConstructorOptions[]): MenuItemConstructorOptions[] {
  return items.flatMap((item) => [item, ...(Array.isArray(item.submenu) ? flatten(item.submenu) : [])]);
}

describe('the menu', () => {
  const actions = { open: vi.fn(), openSample: vi.fn(), command: vi.fn(), showLogs: vi.fn() };

  it.each([true, false])('has no key twice (Mac: %s)', (isMac) => {
    const keys = flatten(menuTemplate(actions, { isMac, isDevelopment: true })).flatMap(
      ({ accelerator = [] }) => accelerator,
    );
    expect(keys.length).toBeGreaterThan(8);
    expect(new Set(keys).size).toBe(keys.length);
  });

  it('shows the developer tools in development alone', () => {
    const rolesOf = (isDevelopment: boolean) =>
      flatten(menuTemplate(actions, { isMac: false, isDevelopment })).map(({ role }) => role);
    expect(rolesOf(true)).toContain('toggleDevTools');
    expect(rolesOf(false)).not.toContain('toggleDevTools');
  });

  it('sends the window to its screens', () => {
    const items = flatten(menuTemplate(actions, { isMac: false, isDevelopment: false }));
    const compare = items.find(({ label }) => label === 'Compare');
    Reflect.apply(compare?.click ?? (() => {}), undefined, []);
    expect(actions.command).toHaveBeenCalledWith({ name: 'go', screen: 'compare' });
  });
});
