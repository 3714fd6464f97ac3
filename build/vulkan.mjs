// Tests of WebGPU run where there is no graphics card too: Electron carries a Vulkan loader and a software driver.

import { existsSync, mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';

const loader = 'libvulkan.so.1';
const driver = 'vk_swiftshader_icd.json';

/** Where systems keep their libraries. */
const systemFolders = ['/usr/lib/x86_64-linux-gnu', '/usr/lib/aarch64-linux-gnu', '/usr/lib64', '/usr/lib'];

/**
 * The environment of tests that look for a software Vulkan driver: BOXWRIGHT_TEST_VULKAN names that of the Electron runtime,
 * and its loader is found where the system has none, through a folder of its own, so that nothing else of the runtime's is.
 * @param {NodeJS.ProcessEnv} env
 * @param {string | null} electron the program; null where there is none
 * @param {string} folder that the link to the loader may be made in
 * @param {readonly string[]} [system] folders that the system's loader may be in
 * @returns {NodeJS.ProcessEnv}
 */
export function withSoftwareVulkan(env, electron, folder, system = systemFolders) {
  const runtime = electron === null ? '' : dirname(electron);
  if (!existsSync(join(runtime, driver))) return env;
  const named = { ...env, BOXWRIGHT_TEST_VULKAN: join(runtime, driver) };
  if (system.some((path) => existsSync(join(path, loader)))) return named;
  const carried = join(runtime, loader);
  if (!existsSync(carried)) return env;
  mkdirSync(folder, { recursive: true });
  const link = join(folder, loader);
  rmSync(link, { force: true });
  symlinkSync(carried, link);
  const paths = [folder, ...(env.LD_LIBRARY_PATH ? [env.LD_LIBRARY_PATH] : [])];
  return { ...named, LD_LIBRARY_PATH: paths.join(delimiter) };
}
