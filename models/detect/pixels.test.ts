import { JsColorType } from '@napi-rs/image';
import { describe, expect, it } from 'vitest';
import { toRgb } from './pixels.ts';

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
