import { JsColorType } from '@napi-rs/image';
import { describe, expect, it } from 'vitest';
import { orient, pixelWords, placeOnBackdrop, toRgb, toRgba } from './pixels.ts';

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

  it('refuses floating point', () => {
    expect(toRgb(new Uint8Array(12), JsColorType.Rgb32F)).toBeNull();
  });
});

describe('opaque pixels', () => {
  const pair = toRgba({ width: 2, height: 1, rgb: Uint8Array.from([1, 2, 3, 4, 5, 6]) });

  it('have an alpha of 255', () => {
    expect([...pair.rgba]).toEqual([1, 2, 3, 255, 4, 5, 6, 255]);
  });

  it('are words with red in the low byte, wherever they lie in memory', () => {
    const words = [0xff03_0201, 0xff06_0504];
    expect([...pixelWords(pair)]).toEqual(words);
    const shifted = new Uint8Array(9);
    shifted.set(pair.rgba, 1);
    expect([...pixelWords({ ...pair, rgba: shifted.subarray(1) })]).toEqual(words);
  });

  it('are laid on a canvas of the colour of the bars', () => {
    const { rgba } = placeOnBackdrop(pair, 1, 1, { width: 3, height: 2 });
    const bar = [114, 114, 114, 255];
    expect([...rgba]).toEqual([...bar, ...bar, ...bar, ...bar, ...pair.rgba]);
  });

  it('are turned with their picture: the first of two pixels comes last upside down, and on top when turned clockwise', () => {
    expect(orient(pair, 3)).toMatchObject({ width: 2, height: 1, rgba: Uint8Array.from([4, 5, 6, 255, 1, 2, 3, 255]) });
    expect(orient(pair, 6)).toMatchObject({ width: 1, height: 2, rgba: pair.rgba });
    expect(orient(pair, 1)).toBe(pair);
  });
});
