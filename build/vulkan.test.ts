import { mkdir, readlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../models/testing/folder.ts';
import { withSoftwareVulkan } from './vulkan.mjs';

const folder = temporaryFolder();
const runtime = join(folder, 'runtime');
const system = join(folder, 'system');
await mkdir(runtime);
await mkdir(system);
await writeFile(join(runtime, 'vk_swiftshader_icd.json'), '{}');
await writeFile(join(runtime, 'libvulkan.so.1'), '');
const electron = join(runtime, 'electron');
const driver = join(runtime, 'vk_swiftshader_icd.json');

it.runIf(process.platform === 'linux')('lends the loader of the runtime alone where the system has none', async () => {
  const lent = join(folder, 'lent');
  const env = withSoftwareVulkan({ HOME: '/home/me', LD_LIBRARY_PATH: '/opt/lib' }, electron, lent, [system]);
  expect(env).toEqual({ HOME: '/home/me', BOXWRIGHT_TEST_VULKAN: driver, LD_LIBRARY_PATH: `${lent}:/opt/lib` });
  expect(await readlink(join(lent, 'libvulkan.so.1'))).toBe(join(runtime, 'libvulkan.so.1'));
  // Once more, as in every later run.
  expect(withSoftwareVulkan({}, electron, lent, [system]).LD_LIBRARY_PATH).toBe(lent);
});

it('leaves the loader of the system in place', async () => {
  await writeFile(join(system, 'libvulkan.so.1'), '');
  const env = withSoftwareVulkan({}, electron, join(folder, 'unused'), [system]);
  expect(env).toEqual({ BOXWRIGHT_TEST_VULKAN: driver });
});

it('changes nothing where there is no runtime, or it carries no driver', () => {
  expect(withSoftwareVulkan({ A: 'b' }, null, join(folder, 'unused'), [system])).toEqual({ A: 'b' });
  expect(withSoftwareVulkan({ A: 'b' }, join(system, 'electron'), join(folder, 'unused'), [])).toEqual({ A: 'b' });
});
