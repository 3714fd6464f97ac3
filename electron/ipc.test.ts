import { beforeEach, describe, expect, it, vi } from 'vitest';
import { StudioError } from '../models/errors.ts';
import { shellCallNames } from './callNames.ts';
import { callParameters } from './callParameters.ts';
import { type CallHandlers, handleCalls, isTrustedSender, sendEvent } from './ipc.ts';

type Listener = (event: string, ...parameters: unknown[]) => Promise<unknown>;
const frame = (url: string) => ({ url });

function fakeHandlers(): CallHandlers {
  const entries = shellCallNames.map((name) => [name, vi.fn(() => `${name} done`)]);
  return Object.fromEntries(entries);
}

describe('calls of the window', () => {
  const listeners = new Map<string, Listener>();
  const onFault = vi.fn();
  let handlers = fakeHandlers();
  let isTrusted = true;
  const call = (name: string, ...parameters: unknown[]) => listeners.get(name)?.('event', ...parameters);

  beforeEach(() => {
    listeners.clear();
    onFault.mockClear();
    handlers = fakeHandlers();
    isTrusted = true;
    handleCalls(shellCallNames, {
      ipc: { handle: (channel, listener) => listeners.set(channel, listener) },
      isTrusted: () => isTrusted,
      table: Promise.resolve({ handlers, parameters: callParameters }),
      onFault,
    });
  });

  it('have a channel each: the list is complete', () => {
    expect([...shellCallNames].sort()).toEqual(Object.keys(callParameters).sort());
    expect([...listeners.keys()]).toEqual(shellCallNames);
  });

  it('reach their handler with what was sent', async () => {
    expect(await call('openPaths', ['/a b/ü.onnx'])).toEqual({ ok: true, value: 'openPaths done' });
    expect(handlers.openPaths).toHaveBeenCalledWith(['/a b/ü.onnx']);
  });

  it('get the defaults of options', async () => {
    await call('startJob', { kind: 'prune', variantId: 'v', options: { amount: 0.3 } });
    expect(handlers.startJob).toHaveBeenCalledWith({
      kind: 'prune',
      variantId: 'v',
      options: { method: 'magnitude', amount: 0.3, scope: 'global', keep: [], roundTo: 8, ratios: [] },
    });
  });

  it.each<[string, unknown[]]>([
    ['getState', ['too much']],
    ['openPaths', []],
    ['openPaths', ['not a list']],
    ['openPaths', [[]]],
    ['openPaths', [['']]],
    ['openPaths', [['x'.repeat(40_000)]]],
    ['openDialog', ['everything']],
    ['updateSettings', [{ colorScheme: 'pink' }]],
    ['updateSettings', [{ unknown: 1 }]],
    ['updateSettings', [{ threads: 1.5 }]],
    ['look', [{ variantId: 'v' }]],
    ['look', [{ variantId: 'v', imagePath: '/a.jpg', model: '/b.onnx' }]],
    ['startJob', [{ kind: 'format-disk' }]],
    ['startJob', [{ kind: 'prune', variantId: 'v', options: { amount: 2 } }]],
    ['startJob', [{ kind: 'compare', baselineId: 'v', variantIds: [] }]],
    ['startJob', [{ kind: 'export', variantId: 'v', target: 'node', out: '/etc/passwd' }]],
    ['showInFolder', [null]],
  ])('are refused before the handler where they do not fit: %s %j', async (name, parameters) => {
    expect(await call(name, ...parameters)).toEqual({
      ok: false,
      error: { code: 'bad-input', message: expect.stringContaining(`"${name}" does not fit`) },
    });
    for (const handler of Object.values(handlers)) expect(handler).not.toHaveBeenCalled();
  });

  it.each(shellCallNames)('are refused from anyone but the window: %s', async (name) => {
    isTrusted = false;
    expect(await call(name)).toMatchObject({ ok: false, error: { code: 'bad-input' } });
    expect(handlers[name]).not.toHaveBeenCalled();
    expect(onFault).toHaveBeenCalledOnce();
  });

  it('reply with a fault of the user as it is, and log only defects', async () => {
    vi.mocked(handlers.openSample).mockImplementation(() => {
      throw new StudioError('file-not-found', 'x.onnx does not exist.', { hint: 'Look elsewhere.' });
    });
    expect(await call('openSample')).toEqual({
      ok: false,
      error: { code: 'file-not-found', message: 'x.onnx does not exist.', hint: 'Look elsewhere.' },
    });
    expect(onFault).not.toHaveBeenCalled();
    vi.mocked(handlers.openSample).mockRejectedValue(new TypeError('a defect'));
    expect(await call('openSample')).toMatchObject({ ok: false, error: { code: 'internal', message: 'a defect' } });
    expect(onFault).toHaveBeenCalledWith(
      'openSample',
      expect.objectContaining({ detail: expect.stringContaining('TypeError') }),
    );
  });
});

describe('the sender', () => {
  const mainFrame = frame('studio-app://app/index.html');

  it('is trusted as the main frame on the page of the studio', () => {
    expect(isTrustedSender({ senderFrame: mainFrame }, { mainFrame })).toBe(true);
  });

  it.each([
    ['no frame', null],
    ['another frame of the same page', frame('studio-app://app/index.html')],
  ])('is not trusted as %s', (_what, senderFrame) => {
    expect(isTrustedSender({ senderFrame }, { mainFrame })).toBe(false);
  });

  it.each([
    'https://example.com/',
    'file:///index.html',
    'studio-app://app.evil/index.html',
    'studio-app://apple',
    'about:blank',
    '',
  ])('is not trusted on the page %s', (url) => {
    const elsewhere = frame(url);
    expect(isTrustedSender({ senderFrame: elsewhere }, { mainFrame: elsewhere })).toBe(false);
  });
});

describe('events', () => {
  it('are not sent to a window that is gone', () => {
    const send = vi.fn();
    sendEvent({ isDestroyed: () => false, send }, 'jobDismissed', 'j');
    sendEvent({ isDestroyed: () => true, send }, 'jobDismissed', 'k');
    expect(send.mock.calls).toEqual([['jobDismissed', 'j']]);
  });
});
