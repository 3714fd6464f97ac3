import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const manifest = 'vk_swiftshader_icd.json';
const loader = 'libvulkan.so.1';
const folders = ['/usr/lib/x86_64-linux-gnu', '/usr/lib/aarch64-linux-gnu', '/usr/lib64', '/usr/lib'];

/**
 * The manifest of a Vulkan driver that WebGPU accepts without a graphics card (SwiftShader comes with Chromium and Electron), or
 * null where there is none, or no loader for it. What the environment names comes first: `npm test` names that of Electron.
 */
export function findSoftwareVulkan(): string | null {
  const pathsOf = (variable: string | undefined) => (variable ?? '').split(delimiter).filter((path) => path !== '');
  const lent = pathsOf(process.env.LD_LIBRARY_PATH);
  if (process.platform !== 'linux' || ![...lent, ...folders].some((folder) => existsSync(join(folder, loader)))) {
    return null;
  }
  const found = [
    ...pathsOf(process.env.BOXWRIGHT_TEST_VULKAN),
    ...pathsOf(process.env.VK_ICD_FILENAMES),
    join('/usr/lib/chromium', manifest),
    join('/usr/lib64/chromium-browser', manifest),
  ];
  return found.find((path) => existsSync(path)) ?? null;
}
