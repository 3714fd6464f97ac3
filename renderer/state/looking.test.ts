import { describe, expect, it } from 'vitest';
import { type Harm, orderImages } from './looking.ts';

const images = ['a', 'b', 'c', 'd'].map((path) => ({ path, url: path, thumbnailUrl: path, name: path }));
const harm = new Map<string, Harm>([
  ['b', { lost: 0, extra: 2 }],
  ['c', { lost: 3, extra: 0 }],
  ['d', { lost: 0, extra: 0 }],
]);

describe('orderImages', () => {
  it('puts lost boxes before extra ones, and keeps the order of the rest', () => {
    expect(orderImages(images, harm, 'harm').map(({ path }) => path)).toEqual(['c', 'b', 'a', 'd']);
  });

  it('keeps the tray as it is where nothing was compared or the user wants it so', () => {
    expect(orderImages(images, harm, 'tray')).toBe(images);
    expect(orderImages(images, new Map(), 'harm')).toBe(images);
  });
});
