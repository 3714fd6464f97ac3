import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { availableParallelism, cpus } from 'node:os';
import { promisify } from 'node:util';
import type { ProvidersReport } from '../types.ts';

/** Instruction sets that decide how fast a network runs. */
const relevantFeatures = new Set(
  `avx avx2 fma f16c avx512f avx512bw avx512_vnni avx_vnni avx512_bf16 avx512_fp16 amx_int8 amx_tile
  asimd asimddp asimdhp i8mm bf16 sve neon dotprod`.split(/\s+/),
);

/**
 * This machine's processor. `vnni` is true where 8-bit products are summed without saturation by one instruction
 * (x86 VNNI or AMX, Arm dot product); `features` is empty where the system does not tell.
 */
export async function describeCpu(): Promise<ProvidersReport['cpu']> {
  const features = [...new Set(await readFeatures())].filter((feature) => relevantFeatures.has(feature)).sort();
  return {
    model: cpus()[0]?.model.trim() || process.arch,
    cores: availableParallelism(),
    features,
    vnni: features.some((feature) => /vnni|amx_int8|asimddp|dotprod/.test(feature)),
  };
}

/**
 * Threads that the runtime gives one run unless told otherwise: one for each physical core. Where the system does not tell
 * those from hardware threads, every processor counts.
 */
export async function countRuntimeThreads(): Promise<number> {
  const processors = availableParallelism();
  try {
    switch (process.platform) {
      case 'linux':
        return countCores(await readFile('/proc/cpuinfo', 'utf8')) ?? processors;
      case 'darwin': {
        const { stdout } = await promisify(execFile)('/usr/sbin/sysctl', ['-n', 'hw.physicalcpu'], { timeout: 2000 });
        return Number.parseInt(stdout, 10) || processors;
      }
      default:
        return processors;
    }
  } catch {
    return processors; // a locked-down system tells nothing, which is not a fault
  }
}

/** Physical cores in the text of Linux's /proc/cpuinfo; null where it names none, as on Arm. */
export function countCores(cpuinfo: string): number | null {
  const cores = new Set<string>();
  for (const processor of cpuinfo.split(/\n\s*\n/)) {
    const core = /^core id\s*:\s*(\d+)$/m.exec(processor)?.[1];
    if (core !== undefined) cores.add(`${/^physical id\s*:\s*(\d+)$/m.exec(processor)?.[1] ?? 0} ${core}`);
  }
  return cores.size === 0 ? null : cores.size;
}

async function readFeatures(): Promise<string[]> {
  try {
    switch (process.platform) {
      case 'linux': {
        const text = await readFile('/proc/cpuinfo', 'utf8');
        return /^(?:flags|Features)\s*:\s*(.*)$/m.exec(text)?.[1]?.split(' ') ?? [];
      }
      case 'darwin': {
        if (process.arch === 'arm64') return ['neon', 'dotprod']; // every Apple processor of the Mac has both
        const run = promisify(execFile);
        const names = ['machdep.cpu.features', 'machdep.cpu.leaf7_features'];
        const { stdout } = await run('/usr/sbin/sysctl', ['-n', ...names], { timeout: 2000 });
        return stdout.toLowerCase().replaceAll('avx1.0', 'avx').replaceAll('avx512vnni', 'avx512_vnni').split(/\s+/);
      }
      default:
        return [];
    }
  } catch {
    return []; // a locked-down system tells nothing, which is not a fault
  }
}
