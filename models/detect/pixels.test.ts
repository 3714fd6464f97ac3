import { JsColorType } from '@napi-rs/image';
import { describe, expect, it } from 'vitest';
import { dropAlpha, toRgb } from './pixels.ts';

describe('bringing pixels to 8-bit RGB', () => {
  it('repeats grey', () => {
    expect([...(toRgb(Uint8Array.from([7, 200]), JsColorType.L8) ?? [])]).toEqual([7, 7, 7, 200, 200, 200]);
  });

  it('scales 16 bits to 8 and rounds', () => {
    const samples = Uint16Array.from([0, 128, 129, 65535, 257, 32768]);
    expect([...(toRgb(new Uint8Array(samples.buffer), JsColorType.Rgb16) ?? [])]).toEqual([0, 0, 1, 255, 1, 128]);
  });

  it('lays grey with alpha over the backdrop', () => {
    expect([...(toRgb(Uint8Array.from([0, 0, 0, 255]), JsColorType.La8) ?? [])]).toEqual([114, 114, 114, 0, 0, 0]);
  });

  it.each([0, 1, 2, 3, 4, 5, 11])('drops the alpha of %i pixels', (count) => {
    const rgba = Uint8Array.from({ length: 4 * count }, (_, index) => (index % 4 === 3 ? 255 : 37 * index));
    const expected = [...rgba].filter((_, index) => index % 4 !== 3);
    const words = new Uint32Array(Math.ceil((3 * count) / 4));
    dropAlpha(rgba, words);
    expect([...new Uint8Array(words.buffer, 0, 3 * count)]).toEqual(expected);
  });

  it('refuses floating point', () => {
    expect(toRgb(new Uint8Array(12), JsColorType.Rgb32F)).toBeNull();
  });
});
