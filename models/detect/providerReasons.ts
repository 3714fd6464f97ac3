import type { ProviderName } from '../types.ts';
import type { ProviderFacts } from './providerFacts.ts';

/** Providers that something may be missing for. */
export type AcceleratedProvider = Exclude<ProviderName, 'cpu'>;

const systems: Readonly<Record<string, string>> = { linux: 'Linux', darwin: 'macOS', win32: 'Windows' };

/** What the runtime's build for another system would ask for. */
const elsewhere = {
  cuda: 'CUDA needs Linux or Windows on x64 with an NVIDIA card.',
  tensorrt: 'TensorRT needs Linux or Windows on x64 with an NVIDIA card.',
  dml: 'DirectML needs Windows and a DirectX 12 graphics card.',
  coreml: 'Core ML needs macOS.',
  webgpu: 'WebGPU needs x64 or arm64 and a graphics card.',
} as const satisfies Record<AcceleratedProvider, string>;

/**
 * Why a provider did not start, and what would make it: in sentences.
 * @param failure what the runtime said when it was tried; absent where its build lacks the provider
 */
export function explainProvider(name: AcceleratedProvider, facts: ProviderFacts, failure?: string): string {
  if (failure === undefined) {
    const system = systems[facts.platform] ?? facts.platform;
    return `The runtime for ${system} on ${facts.arch} comes without it. ${elsewhere[name]}`;
  }
  const said = firstLine(failure);
  switch (name) {
    case 'cuda':
    case 'tensorrt':
      return explainNvidia(name, facts, said);
    case 'webgpu':
      return explainWebgpu(facts, said);
    case 'dml':
      return `DirectML did not start: ${said} It needs a graphics card with a DirectX 12 driver.`;
    case 'coreml':
      return `Core ML did not start: ${said}`;
  }
}

function firstLine(text: string): string {
  // Source locations say nothing to a user; the runtime's own sentence stands last.
  const line = text.split('\n').find((part) => part.trim() !== '') ?? '';
  const sentence = line.replace(/^.*onnxruntime_src\S*\s.*?was false\.\s*/, '').trim();
  return `${sentence.slice(0, 200).replace(/[.\s]+$/, '')}.`;
}

function explainNvidia(name: 'cuda' | 'tensorrt', facts: ProviderFacts, said: string): string {
  const has = (stem: string) => facts.nvidiaLibraries.some((library) => library.includes(stem));
  const missing: string[] = [];
  if (!facts.hasNvidiaDriver) missing.push('an NVIDIA card with its driver (none was found)');
  if (!facts.hasNvidiaParts) missing.push('the runtime\'s libraries for it ("npm run cuda" fetches them)');
  if (!has('cudart') || !has('cublas')) missing.push('CUDA 12');
  if (!has('cudnn')) missing.push('cuDNN 9');
  if (name === 'tensorrt' && !has('nvinfer')) missing.push('TensorRT 10');
  if (missing.length > 0) return `It needs ${listOf(missing)}.`;
  return `Everything it needs seems to be here, but it did not start: ${said}`;
}

function explainWebgpu(facts: ProviderFacts, said: string): string {
  if (facts.platform !== 'linux') return `No graphics card could be used: ${said}`;
  if (!facts.hasVulkanLoader) {
    return "The Vulkan loader (libvulkan.so.1) is missing: install libvulkan1 (Debian, Ubuntu) or vulkan-loader (Fedora), and the graphics card's Vulkan driver.";
  }
  if (facts.vulkanDrivers.length === 0) {
    return "There is no Vulkan driver: install the graphics card's (mesa-vulkan-drivers for AMD and Intel on Debian and Ubuntu, NVIDIA's own for NVIDIA).";
  }
  return `None of the Vulkan drivers (${facts.vulkanDrivers.join(', ')}) offers a device that WebGPU accepts: ${said} It needs a graphics card with a current driver. Mesa's software driver (lavapipe) may lack features that are asked for; for trials without a card, SwiftShader works: set VK_ICD_FILENAMES to the vk_swiftshader_icd.json of a Chromium or Electron.`;
}

function listOf(parts: readonly string[]): string {
  return parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`;
}
