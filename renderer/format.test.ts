import { describe, expect, it } from 'vitest';
import {
  fileName,
  formatBytes,
  formatCount,
  formatDuration,
  formatGain,
  formatHarm,
  formatMilliseconds,
  formatPercent,
  formatReduction,
  formatShape,
  formatSigned,
} from './format.ts';

const plain = (text: string) => text.replaceAll('\u00a0', ' ');

describe('format', () => {
  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1000, '1.00 kB'],
    [12_823_411, '12.8 MB'],
    [3_612_000, '3.61 MB'],
    [999_600, '1.00 MB'],
    [2.5e12, '2.50 TB'],
    [2.5e15, '2500 TB'],
  ])('%d bytes are %s', (bytes, text) => expect(plain(formatBytes(bytes))).toBe(text));

  it.each([
    [12, '12'],
    [3_151_904, '3.15 M'],
    [4.371e9, '4.37 G'],
    [147_456, '147 k'],
  ])('%d is %s', (count, text) => expect(plain(formatCount(count))).toBe(text));

  it.each([
    [0.4, '0.40 ms'],
    [9.999, '10.0 ms'],
    [67.49, '67.5 ms'],
    [206.4, '206 ms'],
    [1500, '1.50 s'],
  ])('%d milliseconds are %s', (time, text) => expect(plain(formatMilliseconds(time))).toBe(text));

  it.each([
    [0.3, '30 %'],
    [0.992, '99.2 %'],
    [0, '0 %'],
    [1, '100 %'],
  ])('the share %d is %s', (share, text) => expect(plain(formatPercent(share))).toBe(text));

  it.each([
    [0, '0:00'],
    [41.4, '0:41'],
    [59.6, '1:00'],
    [3725, '1:02:05'],
  ])('%d seconds are %s', (seconds, text) => expect(formatDuration(seconds)).toBe(text));

  it('signs with a real minus, and does not sign a zero', () => {
    expect(formatSigned(-0.0124, 3)).toBe('−0.012');
    expect(formatSigned(0.0124, 3)).toBe('+0.012');
    expect(formatSigned(-0.0001, 3)).toBe('0.000');
  });

  it('says the direction of a reduction with an arrow as well as a tone', () => {
    expect(formatReduction(67.5, 33.4)).toEqual({ text: '▼\u00a02.0×', tone: 'good' });
    expect(formatReduction(53, 206)).toEqual({ text: '▲\u00a03.9×', tone: 'bad' });
    expect(formatReduction(100, 92)).toEqual({ text: '▼\u00a08\u00a0%', tone: 'good' });
    expect(formatReduction(100, 108)).toEqual({ text: '▲\u00a08\u00a0%', tone: 'bad' });
    expect(formatReduction(5, 5)).toEqual({ text: '=', tone: 'neutral' });
    expect(formatReduction(0, 5)).toEqual({ text: '=', tone: 'neutral' });
  });

  it('tells gains from harm', () => {
    expect(formatGain(-0.012, 3)).toEqual({ text: '−0.012', tone: 'bad' });
    expect(formatGain(0.0001, 3).tone).toBe('neutral');
    expect(formatHarm(1)).toEqual({ text: '+1', tone: 'bad' });
    expect(formatHarm(0)).toEqual({ text: '0', tone: 'neutral' });
  });

  it('shortens paths of either kind, and writes shapes', () => {
    expect(fileName('C:\\models\\yolo 网络.onnx')).toBe('yolo 网络.onnx');
    expect(fileName('/a/b/')).toBe('b');
    expect(plain(formatShape([1, 'batch', 8400]))).toBe('1×batch×8400');
  });
});
