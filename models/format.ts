import type { ProviderUse } from './types.ts';

/** Numbers and units as the command line and the report write them. No-break spaces keep a number and its unit together. */

/** Bytes in decimal units: "823 B", "12.8 MB". */
export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  const units = ['kB', 'MB', 'GB', 'TB'];
  let value = bytes / 1000;
  let unit = 0;
  // 999.5 would be rounded to "1000".
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${value.toFixed(value < 100 ? 1 : 0)} ${units[unit] ?? ''}`;
}

/** Counts with a decimal prefix: "812", "3.15 M", "8.74 G". */
export function formatCount(count: number): string {
  const units = ['', ' k', ' M', ' G', ' T'];
  let value = count;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  if (unit === 0) return String(count);
  return `${value.toPrecision(3)}${units[unit] ?? ''}`;
}

/** Milliseconds with three significant digits and no exponent: "0.412 ms", "53.1 ms", "1,240 ms". */
export function formatMilliseconds(milliseconds: number): string {
  if (milliseconds >= 1000) return `${Math.round(milliseconds).toLocaleString('en-US')} ms`;
  const digits = milliseconds >= 100 ? 0 : milliseconds >= 10 ? 1 : milliseconds >= 1 ? 2 : 3;
  return `${milliseconds.toFixed(digits)} ms`;
}

/** Seconds as "0:41" or "1:02:03". */
export function formatDuration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor((whole % 3600) / 60);
  const rest = String(whole % 60).padStart(2, '0');
  return hours === 0 ? `${minutes}:${rest}` : `${hours}:${String(minutes).padStart(2, '0')}:${rest}`;
}

/** A share 0..1 in per cent: "30.0 %". */
export function formatPercent(share: number, digits = 1): string {
  return `${(share * 100).toFixed(digits)} %`;
}

/** A difference with its sign, which a colour alone must not carry; a true minus. */
export function formatSigned(value: number, digits: number): string {
  const text = Math.abs(value).toFixed(digits);
  if (Number(text) === 0) return text;
  return `${value < 0 ? '−' : '+'}${text}`;
}

/** Where a model ran: "cpu", "webgpu + cpu (invalid)", "cpu, not cuda (invalid)"; figures of the last two are not the provider's. */
export function formatProvider({ requested, used, nodes = {}, invalidBecause }: ProviderUse): string {
  if (invalidBecause === undefined) return used;
  if (used !== requested) return `${used}, not ${requested} (invalid)`;
  const others = Object.keys(nodes).filter((name) => name !== used);
  return `${[used, ...others].join(' + ')} (invalid)`;
}

/** "1 picture", "2 pictures". @param many of words that do not take an "s", or of several words */
export function formatQuantity(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** "1 box", "2 boxes". */
export function formatBoxes(count: number): string {
  return formatQuantity(count, 'box', 'boxes');
}
