import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const css = readFileSync(join(import.meta.dirname, 'global.css'), 'utf8');

/** The custom properties that are set for a colour scheme. */
function tokensOf(scheme: 'dark' | 'light'): ReadonlyMap<string, string> {
  const block = new RegExp(`\\[data-mantine-color-scheme="${scheme}"\\] \\{([^}]*)\\}`).exec(css)?.[1] ?? '';
  return new Map(
    [...block.matchAll(/--([\w-]+): (#[0-9a-f]{6});/g)].map(([, name, value]) => [name ?? '', value ?? '']),
  );
}

/** Relative luminance, WCAG 2.2. */
function luminance(hex: string): number {
  const channel = (start: number) => {
    const value = Number.parseInt(hex.slice(start, start + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5);
}

function contrast(a: string, b: string): number {
  const [high, low] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return ((high ?? 0) + 0.05) / ((low ?? 0) + 0.05);
}

describe.each(['dark', 'light'] as const)('the %s scheme', (scheme) => {
  const tokens = tokensOf(scheme);
  const color = (name: string) => {
    const value = tokens.get(name);
    if (value === undefined) throw new Error(`--${name} is not set in the ${scheme} scheme.`);
    return value;
  };

  it.each(['text', 'dim', 'accent', 'good', 'bad', 'warn'])('has --%s legible on every ground (WCAG AA)', (ink) => {
    for (const ground of ['bg', 'panel', 'raised']) {
      expect(contrast(color(ink), color(ground)), `${ink} on ${ground}`).toBeGreaterThanOrEqual(4.5);
    }
  });

  it('has a focus ring that shows on every ground (WCAG 2.2, 1.4.11)', () => {
    for (const ground of ['bg', 'panel', 'raised', 'stage']) {
      expect(contrast(color('accent'), color(ground))).toBeGreaterThanOrEqual(3);
    }
  });
});
