import { describe, expect, it } from 'vitest';
import { encodeModel } from '../graph/write.ts';
import { fixedOutputModel, siluNet } from '../testing/tinyModels.ts';
import { createSession, listProviders } from './providers.ts';

describe('providers', () => {
  it('lists every provider once, the CPU as available, and a reason for each that is not', async () => {
    const { providers, cpu } = await listProviders();
    expect(providers.map(({ name }) => name).sort()).toEqual(['coreml', 'cpu', 'cuda', 'dml', 'tensorrt', 'webgpu']);
    expect(providers[0]).toMatchObject({ name: 'cpu', available: true });
    for (const { available, why } of providers) expect(available || (why ?? '').length > 10).toBe(true);
    expect(cpu.cores).toBeGreaterThan(0);
  });

  it('opens a model on the CPU', async () => {
    const { session, provider } = await createSession(encodeModel(siluNet()), { provider: 'cpu', threads: 1 });
    expect(provider).toEqual({ requested: 'cpu', used: 'cpu' });
    expect(session.outputNames).toEqual(['second_out']);
    await session.release();
  });

  it('does not fall back silently', async () => {
    const foreign = process.platform === 'win32' ? 'coreml' : 'dml';
    await expect(createSession(encodeModel(siluNet()), { provider: foreign })).rejects.toMatchObject({
      code: 'provider-unavailable',
    });
  });

  it('says in one line why the runtime refuses a model', async () => {
    const unknown = siluNet();
    for (const node of unknown.graph?.node ?? []) if (node.opType === 'Sigmoid') node.opType = 'NotAnOperator';
    await expect(createSession(encodeModel(unknown), { provider: 'cpu', name: 'a.onnx' })).rejects.toThrow(
      'a.onnx uses the unknown operator NotAnOperator.',
    );
    const future = siluNet();
    for (const entry of future.opsetImport) entry.version = 99n;
    await expect(createSession(encodeModel(future), { provider: 'cpu' })).rejects.toThrow(
      /needs opset 99 of ai.onnx; the newest/,
    );
    const garbage = new Uint8Array(100).fill(255);
    await expect(createSession(garbage, { provider: 'cpu' })).rejects.toMatchObject({ code: 'model-corrupt' });
    const mismatch = fixedOutputModel(64, [1, 6, 84], new Float32Array(6 * 84));
    for (const node of mismatch.graph?.node ?? []) if (node.opType === 'Add') node.input[0] = 'nothing';
    const failure = await createSession(encodeModel(mismatch), { provider: 'cpu' }).catch(
      (error: Error) => error.message,
    );
    expect(failure).toMatch(/^The model cannot be run: [^\n]*nothing/);
  });
});
