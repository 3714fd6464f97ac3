import { formatProvider } from '../format.ts';
import type { ProvidersReport, ProviderUse } from '../types.ts';

/** Where figures were taken, on one line: "AMD EPYC 7R13 · AVX-512, VNNI · cpu · 2 threads". */
export function describeDevice(
  cpu: ProvidersReport['cpu'],
  providers: readonly ProviderUse[],
  threads: number,
): string {
  const used = [...new Set(providers.map(formatProvider))].join(', ');
  const parts = [cpu.model];
  if (cpu.vnni) parts.push('VNNI');
  parts.push(`${used} provider`, `${threads} ${threads === 1 ? 'thread' : 'threads'}`);
  return parts.join(' · ');
}
