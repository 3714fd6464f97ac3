import fc from 'fast-check';
import { Tensor } from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { encodeModel } from '../graph/write.ts';
import { siluNet } from '../testing/tinyModels.ts';
import { confirmProvider, judgePlacement, readPlacement } from './placement.ts';
import { createSession } from './providers.ts';

/** One event as the runtime writes it for a node that ran. */
function ran(index: number, provider: string, operator: string, output: object = { float: [1, 16, 8, 8] }) {
  return {
    cat: 'Node',
    name: `/model/${operator}_${index}_kernel_time`,
    ph: 'X',
    args: { provider, op_name: operator, node_index: String(index), output_type_shape: [output] },
  };
}

const [gpu, cpu] = ['WebGpuExecutionProvider', 'CPUExecutionProvider'];
const session = { cat: 'Session', name: 'model_run', args: {} };
const use = { requested: 'webgpu', used: 'webgpu' } as const;

function judge(events: readonly object[]) {
  return judgePlacement(use, readPlacement(JSON.stringify(events)));
}

describe('placement', () => {
  it('counts each node once, however often it ran, and leaves other events out', () => {
    const events = [session, ran(0, gpu, 'Conv'), ran(1, gpu, 'Conv'), ran(0, gpu, 'Conv'), { cat: 'Api' }];
    expect(judge(events)).toEqual({ ...use, nodes: { webgpu: 2 } });
  });

  it('calls a number that is partly of another provider invalid, and names what ran there', () => {
    const mixed = judge([ran(0, gpu, 'Conv'), ran(1, cpu, 'TopK'), ran(2, cpu, 'Mod'), ran(3, cpu, 'Mod')]);
    expect(mixed.nodes).toEqual({ webgpu: 1, cpu: 3 });
    expect(mixed.invalidBecause).toBe('Only 1 of its 4 nodes ran on webgpu; the others (Mod, TopK) ran on cpu.');
  });

  it('calls a number of a provider that ran nothing invalid', () => {
    expect(judge([ran(0, cpu, 'Conv')]).invalidBecause).toMatch(/^None of its 1 nodes ran on webgpu/);
  });

  it('lets the CPU calculate sizes and the runtime copy, but nothing that is large or no whole number', () => {
    const plumbing = [ran(1, cpu, 'Shape', { int64: [4] }), ran(2, cpu, 'MemcpyToHost', { float: [1, 84, 8400] })];
    expect(judge([ran(0, gpu, 'Conv'), ...plumbing])).toEqual({ ...use, nodes: { webgpu: 1 } });
    for (const output of [{ int64: [1, 8400] }, { float: [1] }]) {
      expect(judge([ran(0, gpu, 'Conv'), ran(1, cpu, 'Gather', output)]).invalidBecause).toBeDefined();
    }
  });

  it('is valid exactly where every node that counts ran on the provider', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(gpu, cpu, 'XnnpackExecutionProvider'), { minLength: 1 }), (providers) => {
        const { invalidBecause, nodes } = judge(providers.map((provider, index) => ran(index, provider, 'Conv')));
        expect(invalidBecause === undefined).toBe(providers.every((provider) => provider === gpu));
        expect(Object.values(nodes ?? {}).reduce((sum, count) => sum + count, 0)).toBe(providers.length);
      }),
    );
  });

  it('takes no text for a profile that is none', () => {
    expect(() => readPlacement('{}')).toThrow();
    expect(() => readPlacement('not JSON')).toThrow();
  });

  it('reads what the runtime itself writes', async () => {
    const bytes = encodeModel(siluNet());
    const request = { provider: 'cpu', threads: 1 } as const;
    const opened = await createSession(bytes, request);
    const [input] = opened.session.inputMetadata;
    if (input?.isTensor !== true) throw new Error('the model takes a tensor');
    const dims = input.shape.map(Number);
    const data = new Float32Array(dims.reduce((product, dim) => product * dim, 1));
    const feeds = { [input.name]: new Tensor('float32', data, dims) };
    // A session on the CPU that claims to be another's: the profile tells the truth.
    const pretended = { ...opened, provider: use };
    const found = confirmProvider(bytes, { ...request, name: 'silu.onnx' }, pretended, () => feeds);
    await expect(found).rejects.toMatchObject({ code: 'provider-fallback' });
    await expect(found).rejects.toThrow(/^silu\.onnx does not run on webgpu alone: None of its \d+ nodes/);
    const again = { ...(await createSession(bytes, request)), provider: use };
    const allowed = await confirmProvider(bytes, { ...request, allowFallback: true }, again, () => feeds);
    expect(allowed.invalidBecause).toBeDefined();
    expect(Object.keys(allowed.nodes ?? {})).toEqual(['cpu']);
    await again.session.release();
  });

  it('asks nothing where the CPU was asked for', async () => {
    const request = { provider: 'cpu', threads: 1 } as const;
    const opened = await createSession(encodeModel(siluNet()), request);
    const makeFeeds = () => {
      throw new Error('not needed');
    };
    expect(await confirmProvider('', request, opened, makeFeeds)).toEqual({ requested: 'cpu', used: 'cpu' });
    await opened.session.release();
  });
});
