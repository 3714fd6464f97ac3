import { formatProvider, formatQuantity } from '../format.ts';
import type { ProvidersReport, ProviderUse } from '../types.ts';

/** Where figures were taken, on one line: "AMD EPYC 7R13 · VNNI · cpu provider · 2 threads". */
export function describeDevice(
  cpu: ProvidersReport['cpu'],
  providers: readonly ProviderUse[],
  threads: number,
): string {
  const used = [...new Set(providers.map(formatProvider))].join(', ');
  const parts = [cpu.model];
  if (cpu.vnni) parts.push('VNNI');
  parts.push(`${used} provider`, formatQuantity(threads, 'thread'));
  return parts.join(' · ');
}
