import { printable, type Style } from '../style.ts';

/** One warning a line. */
export function renderWarnings(warnings: readonly string[], style: Style): string {
  return warnings.map((warning) => `${style.warn('warning')}  ${printable(warning)}\n`).join('');
}
