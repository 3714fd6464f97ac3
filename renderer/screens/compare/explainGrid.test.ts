import { describe, expect, it } from 'vitest';
import { testSpec } from '../../../models/testing/testSpec.ts';
import { en } from '../../i18n/en.ts';
import { zhCN } from '../../i18n/zhCN.ts';
import { explainGrid, type GridFacts } from './explainGrid.ts';

const levels = [8, 16, 32].map((stride) => ({ stride, rows: 640 / stride, columns: 640 / stride }));
const anchorFree: GridFacts = {
  spec: testSpec(640, { classes: 80 }),
  anchorsPerCell: 1,
  levels,
  confidence: 0.25,
  passing: 34,
  kept: 6,
};
const tell = (facts: GridFacts) => explainGrid(facts, en).join(' ').replaceAll('\u00a0', ' ');

describe('explainGrid', () => {
  it('tells of an anchor-free head: 80 x 80 + 40 x 40 + 20 x 20 = 8,400 boxes', () => {
    const story = tell(anchorFree);
    expect(story).toContain('640 × 640 pixels');
    expect(story).toContain('80 × 80, 40 × 40 and 20 × 20 cells');
    expect(story).toContain('8,400 boxes');
    expect(story).toContain('34 are above 0.25');
    expect(story).toContain('each of 80 classes');
    expect(story).toContain('suppresses');
    expect(story).not.toMatch(/anchor|bjectness/);
  });

  it('tells of anchors and objectness: three times as many boxes', () => {
    const spec = testSpec(640, { family: 'v5', activation: { box: 'none', objectness: 'none', class: 'none' } });
    const story = tell({ ...anchorFree, spec, anchorsPerCell: 3 });
    expect(story).toContain('3 boxes, one per anchor');
    expect(story).toContain('Objectness');
    expect(story).toContain('25,200 boxes');
  });

  it('tells of one level without speaking of fine and coarse', () => {
    const story = tell({ ...anchorFree, levels: levels.slice(1, 2) });
    expect(story).toContain('lays 40 × 40 cells');
    expect(story).not.toContain('coarse');
  });

  it('tells of heads that need no suppression, and of suppression in the graph', () => {
    const spec = testSpec(640, { family: 'end-to-end', strides: [], nmsInGraph: true });
    const story = tell({ ...anchorFree, spec });
    expect(story).toContain('a single cell answer');
    expect(story).toContain('looked inside the graph');
    expect(story).not.toContain('stays and suppresses');
    expect(tell({ ...anchorFree, spec: { ...spec, family: 'nms' } })).toContain('The graph itself suppresses');
  });

  it('is four to six short paragraphs in both languages', () => {
    for (const text of [en, zhCN]) {
      const story = explainGrid(anchorFree, text);
      expect(story.length).toBeGreaterThanOrEqual(4);
      expect(story.length).toBeLessThanOrEqual(6);
      for (const paragraph of story) expect(paragraph.length).toBeLessThan(230);
    }
  });
});
