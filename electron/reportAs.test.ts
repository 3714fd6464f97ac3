import { describe, expect, it } from 'vitest';
import { reportAs } from './reportAs.ts';

describe('reportAs', () => {
  it('gives the page, or the figures where the name asks for them', () => {
    const page = '/data/comparisons/a.b/report.html';
    const copies = ['/x/mine.html', '/x/mine.CSV', '/x/mine.json', '/x/mine', '/x/mine.v2'];
    expect(copies.map((copy) => reportAs(page, copy))).toEqual([
      page,
      '/data/comparisons/a.b/report.csv',
      '/data/comparisons/a.b/report.json',
      page,
      page,
    ]);
  });
});
