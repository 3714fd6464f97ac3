import { type ChildProcess, fork } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createEngineHost, type EngineProcess } from './engineHost.ts';

/**
 * An engine in a real process, without the engine: the model's name says what it does. Answers echo the input and
 * the process's id.
 */
const program = `
let beat;
process.on('message', (message) => {
  if (message.kind === 'abort') {
    clearInterval(beat);
    if (beat) process.send({ kind: 'reply', id: message.id, reply: { ok: false, error: { code: 'cancelled', message: 'Cancelled.' } } });
    return;
  }
  const { id, input } = message;
  switch (input.model) {
    case 'crash': process.exit(7);
    case 'killed': process.kill(process.pid, 'SIGKILL'); return;
    case 'hang': for (;;);
    case 'beat': beat = setInterval(() => process.send({ kind: 'progress', id, progress: { step: 'beat', fraction: 0.5 } }), 10); return;
    case 'fault': process.send({ kind: 'reply', id, reply: { ok: false, error: { code: 'not-onnx', message: 'No.', hint: 'Hm.' } } }); return;
    default: process.send({ kind: 'reply', id, reply: { ok: true, value: { pid: process.pid, input } } });
  }
});
`;

describe('the engine host', () => {
  let folder = '';
  let file = '';
  const children: ChildProcess[] = [];

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'boxwright hóst '));
    file = join(folder, 'engine.cjs');
    await writeFile(file, program);
  });
  afterEach(async () => {
    for (const child of children) child.kill('SIGKILL');
    children.length = 0;
    await rm(folder, { recursive: true });
  });

  function start(): EngineProcess {
    const child = fork(file, { serialization: 'advanced' });
    children.push(child);
    return {
      send: (request) => child.send(request),
      kill: () => child.kill('SIGKILL'),
      onMessage: (listener) => child.on('message', listener),
      onExit: (listener) => child.once('exit', (code) => listener(code ?? -1)),
    };
  }

  it('starts a process with the first call, and one only', async () => {
    const host = createEngineHost(start);
    expect(children).toHaveLength(0);
    const [first, second] = await Promise.all([
      host.call('inspect', { model: 'a' }),
      host.call('inspect', { model: 'b' }),
    ]);
    expect(children).toHaveLength(1);
    expect([first, second]).toEqual([
      { pid: children[0]?.pid, input: { model: 'a' } },
      { pid: children[0]?.pid, input: { model: 'b' } },
    ]);
  });

  it('passes on what an operation reported', async () => {
    await expect(createEngineHost(start).call('inspect', { model: 'fault' })).rejects.toMatchObject({
      name: 'StudioError',
      code: 'not-onnx',
      message: 'No.',
      hint: 'Hm.',
    });
  });

  it.each(['crash', 'killed'])(
    'fails all pending calls when the process ends by %s, and starts another',
    async (end) => {
      const host = createEngineHost(start);
      const pending = host.call('inspect', { model: 'beat' });
      const ended = host.call('inspect', { model: end });
      await expect(pending).rejects.toMatchObject({
        code: 'engine-stopped',
        message: expect.stringContaining('"inspect"'),
      });
      await expect(ended).rejects.toMatchObject({ code: 'engine-stopped' });
      expect(await host.call('inspect', { model: 'after' })).toMatchObject({ input: { model: 'after' } });
      expect(children).toHaveLength(2);
    },
  );

  it('reports progress and cancels gently: the process lives on', async () => {
    const host = createEngineHost(start);
    const controller = new AbortController();
    const onProgress = vi.fn(() => controller.abort());
    await expect(
      host.call('inspect', { model: 'beat' }, { signal: controller.signal, onProgress }),
    ).rejects.toMatchObject({
      name: 'AbortError',
    });
    expect(onProgress).toHaveBeenCalledWith({ step: 'beat', fraction: 0.5 });
    expect(await host.call('inspect', { model: 'after' })).toMatchObject({ pid: children[0]?.pid });
    expect(children).toHaveLength(1);
  });

  it('kills a process that does not let go, and calls that cancelled', async () => {
    const host = createEngineHost(start, 300);
    await host.call('inspect', { model: 'warm' });
    const controller = new AbortController();
    const hanging = host.call('inspect', { model: 'hang' }, { signal: controller.signal });
    const began = performance.now();
    controller.abort();
    await expect(hanging).rejects.toMatchObject({ name: 'AbortError' });
    expect(performance.now() - began).toBeGreaterThan(290);
    expect(await host.call('inspect', { model: 'after' })).toMatchObject({ pid: children[1]?.pid });
  });

  it('does not start anything for a call that was cancelled before', async () => {
    const host = createEngineHost(start);
    await expect(host.call('inspect', { model: 'a' }, { signal: AbortSignal.abort() })).rejects.toMatchObject({
      name: 'AbortError',
    });
    expect(children).toHaveLength(0);
  });

  it('fails what is pending when it is stopped', async () => {
    const host = createEngineHost(start);
    host.stop();
    const pending = host.call('inspect', { model: 'beat' });
    host.stop();
    await expect(pending).rejects.toMatchObject({ code: 'engine-stopped' });
  });
});
