import { describe, expect, it } from 'vitest';
import { shortenNames } from './shortenNames.ts';

describe('shortenNames', () => {
  it('leaves of a variant what it adds to the baseline', () => {
    expect(shortenNames(['sample', 'sample-pruned40', 'sample-int8'])).toEqual(['sample', 'pruned40', 'int8']);
  });

  it('keeps names whole that say nothing shorter', () => {
    expect(shortenNames(['yolov8n', 'yolov8n', 'yolo11n'])).toEqual(['yolov8n', 'yolov8n', 'yolo11n']);
    expect(shortenNames(['', 'a'])).toEqual(['', 'a']);
    expect(shortenNames([])).toEqual([]);
  });
});
