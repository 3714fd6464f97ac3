import { describe, expect, it } from 'vitest';
import { en } from './en.ts';
import { zhCN } from './zhCN.ts';

type Entry = readonly [key: string, english: unknown, chinese: unknown];

function entriesOf(english: object, chinese: object, prefix = ''): Entry[] {
  const other = new Map<string, unknown>(Object.entries(chinese));
  return Object.entries(english).flatMap(([key, value]: [string, unknown]): Entry[] => {
    const counterpart = other.get(key);
    if (typeof value === 'object' && value && typeof counterpart === 'object' && counterpart) {
      return entriesOf(value, counterpart, `${prefix}${key}.`);
    }
    return [[prefix + key, value, counterpart]];
  });
}

function keysOf(dictionary: object, prefix = ''): string[] {
  return Object.entries(dictionary).flatMap(([key, value]: [string, unknown]) =>
    typeof value === 'object' && value ? keysOf(value, `${prefix}${key}.`) : [prefix + key],
  );
}

const entries = entriesOf(en, zhCN);
/** What every language writes alike. */
const shared = new Set([
  'common.difference',
  'compare.corners',
  'optimize.int8',
  'optimize.fp16',
  'optimize.twoInFour',
  'optimize.int16',
]);

describe('dictionaries', () => {
  it('have the same keys', () => {
    expect(keysOf(zhCN).sort()).toEqual(keysOf(en).sort());
  });

  it('have a text of their own for every key', () => {
    for (const [key, english, chinese] of entries) {
      if (typeof english !== 'string') continue;
      expect(chinese, key).toBeTypeOf('string');
      expect(String(chinese).trim(), key).not.toBe('');
      if (!shared.has(key)) expect(chinese, key).not.toBe(english);
    }
  });

  it('use every number and name they are given', () => {
    for (const [key, english, chinese] of entries) {
      if (typeof english !== 'function') continue;
      if (typeof chinese !== 'function') throw new Error(`${key} takes nothing in Chinese`);
      const given = Array.from({ length: english.length }, (_, index) => `«${index}»`);
      for (const text of [english(...given), chinese(...given)]) {
        for (const value of given) expect(text, key).toContain(value);
      }
    }
  });

  it('speak Chinese where they say so', () => {
    const texts = entries.flatMap(([key, , text]) => (typeof text === 'string' && !shared.has(key) ? [text] : []));
    for (const text of texts) expect(text).toMatch(/\p{Script=Han}|Node/u);
  });
});
