import { describe, expect, it } from 'vitest';
import { countCores, countRuntimeThreads } from './cpu.ts';

function cpuinfo(processors: readonly (readonly [socket: number, core: number])[]): string {
  return processors
    .map(
      ([socket, core], index) =>
        `processor\t: ${index}\nphysical id\t: ${socket}\ncore id\t\t: ${core}\nflags\t\t: fpu\n`,
    )
    .join('\n');
}

describe('physical cores', () => {
  it('are counted once for all their hardware threads, and in every socket', () => {
    const processors = [0, 1].flatMap((socket) => [0, 1, 2, 0, 1, 2].map((core) => [socket, core] as const));
    expect(countCores(cpuinfo(processors))).toBe(6);
  });

  it('are not known where the system names none', () => {
    expect(countCores('processor\t: 0\nBogoMIPS\t: 48.00\nFeatures\t: fp asimd\n')).toBeNull();
  });

  it('are at least one on this machine', async () => {
    expect(await countRuntimeThreads()).toBeGreaterThanOrEqual(1);
  });
});
