/** Numbers as people read them: with units, a real minus sign, and a space that does not break. */

const space = '\u00a0';
const minus = '\u2212';

/** At least three significant digits below 1000, no more than one decimal from 10 on: 3.15, 67.5, 812. */
function threeDigits(value: number): string {
  const size = Math.abs(value);
  if (size >= 99.95) return value.toFixed(0);
  if (size >= 9.995) return value.toFixed(1);
  return value.toFixed(2);
}

function scaled(value: number, units: readonly string[]): string {
  let size = value;
  let unit = 0;
  while (Math.abs(size) >= 999.5 && unit < units.length - 1) {
    size /= 1000;
    unit += 1;
  }
  const digits = unit === 0 ? size.toFixed(0) : threeDigits(size);
  const name = units[unit] ?? '';
  return name === '' ? digits : `${digits}${space}${name}`;
}

/** Decimal units, as file managers show them: 12.8 MB. */
export const formatBytes = (bytes: number): string => scaled(bytes, ['B', 'kB', 'MB', 'GB', 'TB']);

/** Counts of parameters or multiply-accumulates: 3.15 M. */
export const formatCount = (count: number): string => scaled(count, ['', 'k', 'M', 'G', 'T']);

/** 67.5 ms, or seconds from one on. */
export function formatMilliseconds(milliseconds: number): string {
  return milliseconds >= 999.5
    ? `${threeDigits(milliseconds / 1000)}${space}s`
    : `${threeDigits(milliseconds)}${space}ms`;
}

/** Share 0..1 as per cent with at most one decimal: 30 %, 99.2 %. */
export function formatPercent(share: number): string {
  const percent = share * 100;
  const text = Number.isInteger(Number(percent.toFixed(1))) ? percent.toFixed(0) : percent.toFixed(1);
  return `${text}${space}%`;
}

/** Minutes and seconds: 0:41. */
export function formatDuration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor((whole % 3600) / 60);
  const rest = String(whole % 60).padStart(2, '0');
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, '0')}:${rest}` : `${minutes}:${rest}`;
}

/** With its sign, also when positive: +0.012, −3, 0. */
export function formatSigned(value: number, decimals: number): string {
  const text = Math.abs(value).toFixed(decimals);
  if (Number(text) === 0) return text;
  return `${value > 0 ? '+' : minus}${text}`;
}

/** Shapes: 1 × 84 × 8400. */
export function formatShape(shape: readonly (number | string)[]): string {
  return shape.length === 0 ? '[ ]' : shape.join('×');
}

/** A difference: its text carries the sign, `tone` says whether it is welcome. */
export interface Delta {
  readonly text: string;
  readonly tone: 'good' | 'bad' | 'neutral';
}

/**
 * How much smaller or faster a figure has become, where less is better: as a factor from half or double on, else in
 * per cent. An arrow says the direction, so that colour is not the only sign.
 */
export function formatReduction(before: number, after: number): Delta {
  if (before === after || before <= 0) return { text: '=', tone: 'neutral' };
  const less = after < before;
  const tone = less ? 'good' : 'bad';
  const arrow = less ? '▼' : '▲';
  const ratio = less ? before / Math.max(after, Number.MIN_VALUE) : after / before;
  const share = Math.abs(after - before) / before;
  if (share < 0.0005) return { text: '=', tone: 'neutral' };
  const rounded = share < 0.1 ? share : Math.round(share * 100) / 100;
  const amount = ratio >= 2 ? `${ratio.toFixed(1)}×` : formatPercent(rounded);
  return { text: `${arrow}${space}${amount}`, tone };
}

/** A signed difference where more is better. */
export function formatGain(difference: number, decimals: number): Delta {
  const text = formatSigned(difference, decimals);
  if (Number(Math.abs(difference).toFixed(decimals)) === 0) return { text, tone: 'neutral' };
  return { text, tone: difference > 0 ? 'good' : 'bad' };
}

/** A signed difference of a count where any is bad. */
export function formatHarm(difference: number): Delta {
  return { text: formatSigned(difference, 0), tone: difference === 0 ? 'neutral' : 'bad' };
}

/** The last part of a path with either kind of separator. */
export function fileName(path: string): string {
  return path.split(/[\\/]/).findLast((part) => part !== '') ?? path;
}
