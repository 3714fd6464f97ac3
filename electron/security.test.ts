import { describe, expect, it, vi } from 'vitest';
import { isAllowedRequest, lockContents, lockSession } from './security.ts';

describe('a page', () => {
  it('can go nowhere and open nothing', () => {
    const listeners = new Map<string, (event: { preventDefault: () => void }) => void>();
    const setWindowOpenHandler = vi.fn();
    const on = vi.fn((name, listener) => listeners.set(name, listener));
    lockContents({ on, setWindowOpenHandler } as never);
    for (const name of ['will-navigate', 'will-frame-navigate', 'will-redirect', 'will-attach-webview']) {
      const preventDefault = vi.fn();
      listeners.get(name)?.({ preventDefault });
      expect(preventDefault, name).toHaveBeenCalledOnce();
    }
    expect(setWindowOpenHandler.mock.calls[0]?.[0]({ url: 'https://example.com' })).toEqual({ action: 'deny' });
  });
});

describe('the session', () => {
  function locked() {
    const session = {
      setPermissionRequestHandler: vi.fn(),
      setPermissionCheckHandler: vi.fn(),
      setDevicePermissionHandler: vi.fn(),
      on: vi.fn(),
      webRequest: { onBeforeRequest: vi.fn() },
    };
    lockSession(session as never, false);
    return session;
  }
  const page = 'studio-app://app/index.html';

  it.each(['media', 'geolocation', 'notifications', 'clipboard-read', 'fileSystem', 'openExternal', 'hid', 'unknown'])(
    'refuses the permission %s, asked for or looked up',
    (permission) => {
      const { setPermissionRequestHandler, setPermissionCheckHandler } = locked();
      const answer = vi.fn();
      const details = { isMainFrame: true, requestingUrl: page };
      setPermissionRequestHandler.mock.calls[0]?.[0](null, permission, answer, details);
      expect(answer).toHaveBeenCalledWith(false);
      expect(setPermissionCheckHandler.mock.calls[0]?.[0](null, permission, 'studio-app://app/')).toBe(false);
    },
  );

  it('lets the page of the studio alone copy text', () => {
    const { setPermissionRequestHandler, setPermissionCheckHandler } = locked();
    const ask = (requestingUrl: string, isMainFrame: boolean) => {
      const answer = vi.fn();
      const details = { isMainFrame, requestingUrl };
      setPermissionRequestHandler.mock.calls[0]?.[0](null, 'clipboard-sanitized-write', answer, details);
      return answer.mock.calls[0]?.[0];
    };
    expect(ask(page, true)).toBe(true);
    expect(ask(page, false)).toBe(false);
    expect(ask('https://example.com/', true)).toBe(false);
    const check = setPermissionCheckHandler.mock.calls[0]?.[0];
    expect(check(null, 'clipboard-sanitized-write', 'studio-app://app/')).toBe(true);
    expect(check(null, 'clipboard-sanitized-write', 'https://example.com/')).toBe(false);
  });

  it('refuses devices and downloads', () => {
    const { setDevicePermissionHandler, on } = locked();
    expect(setDevicePermissionHandler.mock.calls[0]?.[0]({})).toBe(false);
    const preventDefault = vi.fn();
    const [name, listener] = on.mock.calls[0] ?? [];
    expect(name).toBe('will-download');
    listener({ preventDefault });
    expect(preventDefault).toHaveBeenCalledOnce();
  });

  it('cancels requests to anywhere else', () => {
    const listener = locked().webRequest.onBeforeRequest.mock.calls[0]?.[0];
    const answer = vi.fn();
    listener({ url: 'https://example.com/' }, answer);
    listener({ url: page }, answer);
    expect(answer.mock.calls).toEqual([[{ cancel: true }], [{ cancel: false }]]);
  });

  it.each([
    ['studio-app://app/assets/a.js', true],
    ['studio-image://image/?path=%2Fa.jpg', true],
    ['data:image/png;base64,AA==', true],
    ['blob:studio-app://app/1', true],
    ['studio-app://other/a.js', false],
    ['studio-image://elsewhere/?path=%2Fa.jpg', false],
    ['http://127.0.0.1:8080/', false],
    ['file:///etc/passwd', false],
    ['ws://example.com/', false],
    ['devtools://devtools/bundled/x.js', false],
  ])('allows %s: %s', (address, isAllowed) => {
    expect(isAllowedRequest(address, false)).toBe(isAllowed);
  });

  it('shows the developer tools in development alone', () => {
    expect(isAllowedRequest('devtools://devtools/bundled/x.js', true)).toBe(true);
  });
});
