import { existsSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';

const manifest = 'vk_swiftshader_icd.json';
const loaders = ['/usr/lib/x86_64-linux-gnu', '/usr/lib/aarch64-linux-gnu', '/usr/lib64', '/usr/lib'];

/**
 * The manifest of a Vulkan driver that WebGPU accepts without a graphics card (SwiftShader comes with Chromium and Electron), or
 * null where there is none. What the environment names comes first.
 */
export function findSoftwareVulkan(): string | null {
  if (process.platform !== 'linux' || !loaders.some((folder) => existsSync(join(folder, 'libvulkan.so.1'))))
    return null;
  const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'boxwright');
  const runtimes = existsSync(cache) ? readdirSync(cache).map((name) => join(cache, name, manifest)) : [];
  const named = (process.env.VK_ICD_FILENAMES ?? '').split(delimiter).filter((path) => path !== '');
  const found = [
    ...named,
    join('/usr/lib/chromium', manifest),
    join('/usr/lib64/chromium-browser', manifest),
    ...runtimes,
  ];
  return found.find((path) => existsSync(path)) ?? null;
}
