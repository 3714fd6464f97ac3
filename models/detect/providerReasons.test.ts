import { describe, expect, it } from 'vitest';
import { findProviderFacts, type ProviderFacts } from './providerFacts.ts';
import { explainProvider } from './providerReasons.ts';

const bare: ProviderFacts = {
  platform: 'linux',
  arch: 'x64',
  backends: ['cpu', 'webgpu', 'cuda', 'tensorrt'],
  hasNvidiaParts: false,
  hasNvidiaDriver: false,
  nvidiaLibraries: [],
  hasVulkanLoader: false,
  vulkanDrivers: [],
};
const noLibrary = 'OrtSessionOptionsAppendExecutionProvider_Cuda: Failed to load shared library';
const noAdapter =
  '/onnxruntime_src/onnxruntime/core/providers/webgpu/webgpu_context.cc:136 Initialize(const Config&)::<lambda()> adapter_result.status == wgpu::RequestAdapterStatus::Success was false. Failed to get a WebGPU adapter: No supported adapters\n';

describe('explainProvider', () => {
  it('names the system that a provider belongs to', () => {
    expect(explainProvider('dml', bare)).toBe(
      'The runtime for Linux on x64 comes without it. DirectML needs Windows and a DirectX 12 graphics card.',
    );
    expect(explainProvider('coreml', { ...bare, platform: 'win32' })).toMatch(/Windows.*needs macOS/);
  });

  it('names exactly what is missing for NVIDIA cards', () => {
    expect(explainProvider('cuda', bare, noLibrary)).toMatch(
      /^It needs an NVIDIA card with its driver .*, the runtime's libraries .*npm run cuda.*, CUDA 12 and cuDNN 9\.$/,
    );
    const nvidiaLibraries = ['libcublas.so.12', 'libcudart.so.12', 'libcudnn.so.9'];
    const complete = { ...bare, hasNvidiaDriver: true, hasNvidiaParts: true, nvidiaLibraries };
    expect(explainProvider('tensorrt', complete, noLibrary)).toBe('It needs TensorRT 10.');
    expect(explainProvider('cuda', complete, noLibrary)).toMatch(
      /seems to be here, but .*Failed to load shared library/,
    );
    expect(explainProvider('cuda', { ...complete, hasNvidiaDriver: false }, noLibrary)).not.toContain('cuDNN');
  });

  it('goes through what WebGPU needs on Linux, in order', () => {
    expect(explainProvider('webgpu', bare, noAdapter)).toMatch(/libvulkan\.so\.1.*install libvulkan1/);
    expect(explainProvider('webgpu', { ...bare, hasVulkanLoader: true }, noAdapter)).toMatch(/no Vulkan driver/);
    const refused = { ...bare, hasVulkanLoader: true, vulkanDrivers: ['lvp_icd.x86_64.json'] };
    const why = explainProvider('webgpu', refused, noAdapter);
    expect(why).toMatch(/\(lvp_icd\.x86_64\.json\).*: Failed to get a WebGPU adapter: No supported adapters\. /);
    expect(why).not.toContain('onnxruntime_src');
  });

  it('keeps what the runtime says to one line of bounded length', () => {
    const why = explainProvider('coreml', bare, `\n${'x'.repeat(5000)}\nsecond line`);
    expect(why.length).toBeLessThan(300);
    expect(why).not.toContain('\n');
  });
});

describe('findProviderFacts', () => {
  it('finds the runtime that is installed', () => {
    const facts = findProviderFacts();
    expect(facts.backends).toContain('cpu');
    expect(facts.platform).toBe(process.platform);
  });
});
