import { existsSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { basename, delimiter, dirname, join } from 'node:path';
import { listSupportedBackends } from 'onnxruntime-node';

/** What this machine has that providers need; found by looking, without loading anything. */
export interface ProviderFacts {
  readonly platform: NodeJS.Platform;
  readonly arch: string;
  /** Providers that the runtime's build for this system knows. */
  readonly backends: readonly string[];
  /** The runtime's own libraries for NVIDIA cards, which are fetched apart. */
  readonly hasNvidiaParts: boolean;
  readonly hasNvidiaDriver: boolean;
  /** Names of shared libraries of CUDA, cuDNN and TensorRT, such as "libcudnn.so.9". */
  readonly nvidiaLibraries: readonly string[];
  /** Linux: the library through which programs reach Vulkan drivers. */
  readonly hasVulkanLoader: boolean;
  /** Linux: manifests of Vulkan drivers, file names without folder. */
  readonly vulkanDrivers: readonly string[];
}

const libraryFolders = [
  '/lib',
  '/usr/lib',
  '/lib64',
  '/usr/lib64',
  '/usr/local/lib',
  '/usr/local/cuda/lib64',
  '/usr/lib/x86_64-linux-gnu',
  '/usr/lib/aarch64-linux-gnu',
  '/usr/lib/wsl/lib',
];

const vulkanFolders = ['/usr/share/vulkan/icd.d', '/etc/vulkan/icd.d', '/usr/local/share/vulkan/icd.d'];

function list(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return []; // a folder that is not there or not ours holds nothing for us
  }
}

function pathList(value: string | undefined): string[] {
  return (value ?? '').split(delimiter).filter((path) => path !== '');
}

/** Manifests of the drivers that the Vulkan loader would try, as its documentation says where they lie. */
function findVulkanDrivers(): string[] {
  const chosen = process.env.VK_DRIVER_FILES ?? process.env.VK_ICD_FILENAMES;
  if (chosen !== undefined) {
    return pathList(chosen)
      .filter((path) => existsSync(path))
      .map((path) => basename(path));
  }
  const own = join(process.env.XDG_DATA_HOME ?? join(homedir(), '.local', 'share'), 'vulkan', 'icd.d');
  return [...new Set([...vulkanFolders, own].flatMap(list).filter((name) => name.endsWith('.json')))].sort();
}

/** Looks at the machine; nothing here can fail. */
export function findProviderFacts(): ProviderFacts {
  const { platform, arch } = process;
  const runtime = dirname(createRequire(import.meta.url).resolve('onnxruntime-node/package.json'));
  const parts = list(join(runtime, 'bin', 'napi-v6', platform, arch));
  const folders =
    platform === 'win32' ? pathList(process.env.PATH) : [...pathList(process.env.LD_LIBRARY_PATH), ...libraryFolders];
  const libraries = folders.flatMap(list);
  const system = join(process.env.SystemRoot ?? 'C:\\Windows', 'System32');
  return {
    platform,
    arch,
    backends: listSupportedBackends().map(({ name }) => name),
    hasNvidiaParts: parts.some((name) => /onnxruntime_providers_cuda\./.test(name)),
    hasNvidiaDriver:
      platform === 'win32'
        ? existsSync(join(system, 'nvcuda.dll'))
        : libraries.includes('libcuda.so.1') || existsSync('/proc/driver/nvidia/version'),
    nvidiaLibraries: [
      ...new Set(libraries.filter((name) => /^(lib)?(cudart|cublas|cudnn|nvinfer)(64)?[_.]/.test(name))),
    ].sort(),
    hasVulkanLoader: libraries.includes('libvulkan.so.1'),
    vulkanDrivers: platform === 'linux' ? findVulkanDrivers() : [],
  };
}
