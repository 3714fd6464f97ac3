import type { App, Session, WebContents } from 'electron';
import { isAppAddress } from './origin.ts';

/** Of all permissions the window has one: to put text on the clipboard, for errors that are copied. */
const grantedPermission = 'clipboard-sanitized-write';

/**
 * Shuts every way out of the studio's own page: navigation, new windows, embedded pages, permissions, devices,
 * downloads, and any address that is not the studio's.
 */
export function lockDown(app: Pick<App, 'on'>, session: Session, isDevelopment: boolean): void {
  app.on('web-contents-created', (_event, contents) => lockContents(contents));
  lockSession(session, isDevelopment);
}

/** Keeps one page where it is. */
export function lockContents(contents: Pick<WebContents, 'on' | 'setWindowOpenHandler'>): void {
  contents.on('will-navigate', (event) => event.preventDefault());
  contents.on('will-frame-navigate', (event) => event.preventDefault());
  contents.on('will-redirect', (event) => event.preventDefault());
  contents.on('will-attach-webview', (event) => event.preventDefault());
  contents.setWindowOpenHandler(() => ({ action: 'deny' }));
}

/** Denies permissions, devices, downloads and every request to anywhere else. */
export function lockSession(
  session: Pick<
    Session,
    'setPermissionRequestHandler' | 'setPermissionCheckHandler' | 'setDevicePermissionHandler' | 'on' | 'webRequest'
  >,
  isDevelopment: boolean,
): void {
  session.setPermissionRequestHandler((_contents, permission, answer, details) =>
    answer(permission === grantedPermission && details.isMainFrame && isAppAddress(details.requestingUrl)),
  );
  session.setPermissionCheckHandler(
    (_contents, permission, origin) => permission === grantedPermission && isAppAddress(origin.replace(/\/$/, '')),
  );
  session.setDevicePermissionHandler(() => false);
  session.on('will-download', (event) => event.preventDefault());
  session.webRequest.onBeforeRequest((details, answer) =>
    answer({ cancel: !isAllowedRequest(details.url, isDevelopment) }),
  );
}

/** The studio's own addresses, and data it made itself. */
export function isAllowedRequest(address: string, isDevelopment: boolean): boolean {
  if (isAppAddress(address) || address.startsWith('studio-image://image/')) return true;
  if (address.startsWith('data:') || address.startsWith('blob:')) return true;
  return isDevelopment && address.startsWith('devtools://');
}
