import { describe, expect, it } from 'vitest';
import type { EngineOperations } from '../models/api.ts';
import { StudioError } from '../models/errors.ts';
import { parseInput } from '../models/parseInput.ts';
import type { EngineResponse } from './engineMessages.ts';
import { createEngineServer } from './engineServer.ts';

/** Operations of which only the given ones may be called. */
function tableOf(given: Partial<EngineOperations>) {
  const operations = new Proxy(given, {
    get: (target, name) => {
      const operation = Reflect.get(target, name);
      if (!operation) throw new Error(`${String(name)} was not expected`);
      return operation;
    },
  }) as EngineOperations;
  return async () => ({ operations, parseInput });
}

function serve(given: Partial<EngineOperations>) {
  const responses: EngineResponse[] = [];
  const receive = createEngineServer(tableOf(given), (response) => responses.push(response));
  return { responses, receive };
}

describe('the engine', () => {
  it('checks the input, fills in defaults, and replies once', async () => {
    const { receive, responses } = serve({
      collect: async ({ paths }) => ({ models: paths, images: [], bundles: [], datasets: [], ignored: [] }),
    });
    receive({ kind: 'call', id: 7, operation: 'collect', input: { paths: ['/a'] } });
    await expect.poll(() => responses).toHaveLength(1);
    expect(responses[0]).toEqual({
      kind: 'reply',
      id: 7,
      reply: { ok: true, value: { models: ['/a'], images: [], bundles: [], datasets: [], ignored: [] } },
    });
  });

  it('refuses an input that does not fit, without running anything', async () => {
    const { receive, responses } = serve({});
    receive({ kind: 'call', id: 1, operation: 'inspect', input: { model: 5 } });
    await expect.poll(() => responses).toHaveLength(1);
    expect(responses[0]).toMatchObject({ id: 1, reply: { ok: false, error: { code: 'bad-input' } } });
  });

  it('tells faults and defects apart', async () => {
    const { receive, responses } = serve({
      inspect: async ({ model }) => {
        if (model === 'fault') throw new StudioError('not-onnx', 'fault is not an ONNX file.');
        throw new RangeError('defect');
      },
    });
    receive({ kind: 'call', id: 1, operation: 'inspect', input: { model: 'fault' } });
    receive({ kind: 'call', id: 2, operation: 'inspect', input: { model: 'defect' } });
    await expect.poll(() => responses).toHaveLength(2);
    expect(responses[0]).toMatchObject({ reply: { ok: false, error: { code: 'not-onnx' } } });
    expect(responses[1]).toMatchObject({ reply: { ok: false, error: { code: 'internal', message: 'defect' } } });
  });

  it('aborts the call that is meant and no other', async () => {
    const { receive, responses } = serve({
      inspect: (_input, { signal }) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => reject(signal.reason));
        }),
    });
    receive({ kind: 'call', id: 1, operation: 'inspect', input: { model: 'a' } });
    receive({ kind: 'call', id: 2, operation: 'inspect', input: { model: 'b' } });
    await new Promise(setImmediate);
    receive({ kind: 'abort', id: 2 });
    receive({ kind: 'abort', id: 99 });
    await expect.poll(() => responses).toHaveLength(1);
    expect(responses[0]).toMatchObject({ id: 2, reply: { ok: false, error: { code: 'cancelled' } } });
  });

  it('hears an abort that comes before the engine is loaded', async () => {
    const responses: EngineResponse[] = [];
    let finish: (table: Awaited<ReturnType<ReturnType<typeof tableOf>>>) => void = () => {};
    const loading = new Promise<Awaited<ReturnType<ReturnType<typeof tableOf>>>>((resolve) => {
      finish = resolve;
    });
    const receive = createEngineServer(
      () => loading,
      (response) => responses.push(response),
    );
    receive({ kind: 'call', id: 1, operation: 'inspect', input: { model: 'a' } });
    receive({ kind: 'abort', id: 1 });
    finish(await tableOf({})());
    await expect.poll(() => responses).toHaveLength(1);
    expect(responses[0]).toMatchObject({ id: 1, reply: { ok: false, error: { code: 'cancelled' } } });
  });

  it('sends no progress after the reply', async () => {
    const { receive, responses } = serve({
      providers: async (_input, { report }) => {
        report({ step: 'a', fraction: 0.1 });
        report({ step: 'b', fraction: 0.9 });
        return { providers: [], cpu: { model: '', cores: 1, features: [], vnni: false } };
      },
    });
    receive({ kind: 'call', id: 1, operation: 'providers', input: {} });
    await new Promise((resolve) => setTimeout(resolve, 250));
    expect(responses.map(({ kind }) => kind)).toEqual(['progress', 'reply']);
  });
});
