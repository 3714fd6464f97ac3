import { protocol } from 'electron';
import { appScheme, imageScheme } from './origin.ts';

/** Tells Chromium about the studio's schemes. To be called before the app is ready. */
export function registerSchemes(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: appScheme, privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } },
    { scheme: imageScheme, privileges: { standard: true, secure: true, corsEnabled: true, stream: true } },
  ]);
}
