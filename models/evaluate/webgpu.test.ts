import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { openDetector } from '../detect/detector.ts';
import { listProviders } from '../detect/providers.ts';
import { makeNode } from '../graph/nodes.ts';
import { writeModel } from '../graph/write.ts';
import { samplePaths } from '../samples/sample.ts';
import { recordingContext } from '../testing/context.ts';
import { fixedDetector } from '../testing/fixedDetector.ts';
import { temporaryFolder } from '../testing/folder.ts';
import { findSoftwareVulkan } from '../testing/softwareVulkan.ts';
import { writePicture } from '../testing/writePicture.ts';
import { measureAgreement } from './agreement.ts';

const driver = findSoftwareVulkan();
const folder = temporaryFolder();
const options = { confidence: 0.25, iou: 0.7, maxDetections: 300 };

async function agreeOnBoth(path: string, images: readonly string[]) {
  const cpu = await openDetector(path);
  const gpu = await openDetector(path, { provider: 'webgpu' });
  try {
    const { agreement } = await measureAgreement(cpu, gpu, images, options, recordingContext().context);
    return { agreement, provider: gpu.provider };
  } finally {
    await cpu.close();
    await gpu.close();
  }
}

describe.skipIf(driver === null)('WebGPU on a software Vulkan driver', () => {
  beforeAll(() => {
    process.env.VK_ICD_FILENAMES = driver ?? '';
  });

  it('is available, and said to be', async () => {
    const { providers } = await listProviders();
    const webgpu = providers.find(({ name }) => name === 'webgpu');
    expect(webgpu).toMatchObject({ available: true, device: expect.stringContaining('Vulkan') });
  });

  it('finds the boxes that the CPU finds, all nodes on WebGPU', { timeout: 240_000 }, async () => {
    const model = join(folder, 'fixed.onnx');
    await writeModel(model, fixedDetector([{ classId: 0, score: 0.9, box: [8, 8, 40, 40] }]));
    const { agreement, provider } = await agreeOnBoth(model, [await writePicture(join(folder, 'a.png'))]);
    expect(agreement).toMatchObject({ f1: 1, matched: 1 });
    expect(provider).toMatchObject({ requested: 'webgpu', used: 'webgpu' });
    expect(provider.invalidBecause).toBeUndefined();
  });

  it('is refused where the runtime gives a node to the CPU, and marked where that is allowed', async () => {
    const model = fixedDetector([{ classId: 0, score: 0.9, box: [8, 8, 40, 40] }]);
    // WebGPU has no Det; times 0 it changes nothing.
    const [mean, times] = model.graph?.node ?? [];
    if (mean === undefined || times === undefined || model.graph === undefined) throw new Error('two nodes at least');
    const det = makeNode('Det', ['images'], ['determinants']);
    mean.input[0] = 'determinants';
    model.graph.node.unshift(det);
    const path = join(folder, 'mixed.onnx');
    await writeModel(path, model);
    await expect(openDetector(path, { provider: 'webgpu' })).rejects.toMatchObject({
      code: 'provider-fallback',
      message: expect.stringMatching(
        /mixed\.onnx does not run on webgpu alone: Only \d of its \d nodes .*\(Det\) ran on cpu\./,
      ),
    });
    const detector = await openDetector(path, { provider: 'webgpu', allowFallback: true });
    expect(detector.provider.invalidBecause).toContain('(Det) ran on cpu');
    expect(detector.provider.nodes).toMatchObject({ cpu: 1 });
    await detector.close();
  });

  it('agrees with the CPU on the sample', { timeout: 240_000 }, async () => {
    const { model, images } = samplePaths();
    const { agreement, provider } = await agreeOnBoth(model, images.slice(0, 1));
    expect(agreement.f1).toBe(1);
    expect(agreement.matched).toBeGreaterThan(0);
    expect(agreement.meanIou).toBeGreaterThan(0.9999);
    expect(Object.keys(provider.nodes ?? {})).toEqual(['webgpu']);
  });
});
