import { Menu, type MenuItemConstructorOptions } from 'electron';
import type { ScreenName, StudioCommand } from './contract.ts';

export interface MenuActions {
  readonly open: (what: 'models' | 'images' | 'folder') => void;
  readonly openSample: () => void;
  /** Something the window carries out. */
  readonly command: (command: StudioCommand) => void;
  readonly showLogs: () => void;
}

const screens: readonly { readonly screen: ScreenName; readonly label: string }[] = [
  { screen: 'home', label: 'Home' },
  { screen: 'models', label: 'Models' },
  { screen: 'compare', label: 'Compare' },
  { screen: 'optimize', label: 'Optimize' },
  { screen: 'export', label: 'Export' },
];

/** The menu as data: what there is, under which keys, and what each entry does. */
export function menuTemplate(
  actions: MenuActions,
  { isMac, isDevelopment }: { readonly isMac: boolean; readonly isDevelopment: boolean },
): MenuItemConstructorOptions[] {
  const file: MenuItemConstructorOptions = {
    label: '&File',
    submenu: [
      { label: 'Open Model…', accelerator: 'CmdOrCtrl+O', click: () => actions.open('models') },
      { label: 'Open Pictures…', accelerator: 'CmdOrCtrl+Shift+O', click: () => actions.open('images') },
      { label: 'Open Folder…', accelerator: 'CmdOrCtrl+Alt+O', click: () => actions.open('folder') },
      { label: 'Open the Sample', click: () => actions.openSample() },
      { type: 'separator' },
      {
        label: 'Settings',
        accelerator: 'CmdOrCtrl+,',
        click: () => actions.command({ name: 'go', screen: 'settings' }),
      },
      { type: 'separator' },
      { role: isMac ? 'close' : 'quit' },
    ],
  };
  const view: MenuItemConstructorOptions = {
    label: '&View',
    submenu: [
      ...screens.map(
        ({ screen, label }, index): MenuItemConstructorOptions => ({
          label,
          accelerator: `CmdOrCtrl+${index + 1}`,
          click: () => actions.command({ name: 'go', screen }),
        }),
      ),
      { type: 'separator' },
      { label: 'All Actions…', accelerator: 'CmdOrCtrl+K', click: () => actions.command({ name: 'palette' }) },
      { type: 'separator' },
      { role: 'resetZoom' },
      { role: 'zoomIn' },
      { role: 'zoomOut' },
      { role: 'togglefullscreen' },
      ...(isDevelopment ? [{ type: 'separator' } as const, { role: 'toggleDevTools' } as const] : []),
    ],
  };
  const help: MenuItemConstructorOptions = {
    role: 'help',
    submenu: [
      { label: 'Keyboard Shortcuts', accelerator: 'F1', click: () => actions.command({ name: 'cheat-sheet' }) },
      { label: 'Show Logs', click: () => actions.showLogs() },
      ...(isMac ? [] : [{ type: 'separator' } as const, { role: 'about' } as const]),
    ],
  };
  return [
    ...(isMac ? [{ role: 'appMenu' } as const] : []),
    file,
    { role: 'editMenu' },
    view,
    { role: 'windowMenu' },
    help,
  ];
}

export function installMenu(actions: MenuActions, isDevelopment: boolean): void {
  const template = menuTemplate(actions, { isMac: process.platform === 'darwin', isDevelopment });
  Menu.setApplicationMenu(Menu.buildFromTemplate(template));
}
