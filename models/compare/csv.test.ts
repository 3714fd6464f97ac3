import { describe, expect, it } from 'vitest';
import { makeCompareReport, withLabels } from '../testing/compareReport.ts';
import type { ComparedModel, CompareReport } from '../types.ts';
import { renderCsv } from './csv.ts';

const model: ComparedModel = {
  path: 'models/a.onnx',
  name: 'a',
  bytes: 1000,
  parameters: 10,
  macs: null,
  sparsity: 0,
  precision: 'fp32',
  provider: { requested: 'cpu', used: 'cpu' },
  latency: { p50: 1.5, p90: 2, p95: 2, p99: 2, mean: 1.6, min: 1, runs: 100, throughput: 625 },
  load: 10,
  peakMemory: 1e8,
  images: [],
};

function reportOf(...models: ComparedModel[]): CompareReport {
  return { baseline: model.path, models, images: [], pareto: [], device: 'CPU', threads: 1, imageCount: 0 };
}

describe('renderCsv', () => {
  it('has a heading and one row a model, with as many fields', () => {
    const lines = renderCsv(reportOf(model, model)).split('\r\n');
    expect(lines).toHaveLength(4);
    expect(lines[3]).toBe('');
    const [heading = '', row = ''] = lines;
    expect(row.split(',')).toHaveLength(heading.split(',').length);
    const fields = new Map(heading.split(',').map((title, index) => [title, row.split(',')[index]]));
    expect(fields.get('p50_ms')).toBe('1.5');
    expect(fields.get('macs')).toBe('');
    expect(fields.get('f1')).toBe('');
  });

  it('holds the figures against labels, where there are any', () => {
    const [base] = withLabels(makeCompareReport()).models;
    if (base?.evaluation === undefined) throw new Error('a model with labels');
    const [heading = '', row = '', bare = ''] = renderCsv(
      reportOf({ ...base, coco: { ...base.evaluation.coco, APsmall: -1 } }, model),
    ).split('\r\n');
    const read = (line: string, title: string) => line.split(',')[heading.split(',').indexOf(title)];
    expect(read(row, 'ap')).toBe(String(base.evaluation.coco.AP));
    expect(read(row, 'map50_95_interpolated')).toBe(String(base.evaluation.interpolated101.mAP50_95));
    expect(read(row, 'voc_eleven_point_50')).toBe(String(base.evaluation.voc.elevenPoint50));
    expect(read(row, 'ap_small')).toBe('');
    expect(read(bare, 'ap')).toBe('');
  });

  it('quotes as RFC 4180 asks and disarms formulas', () => {
    const row = (name: string) =>
      renderCsv(reportOf({ ...model, name }))
        .split('\r\n')
        .slice(1)
        .join('\r\n');
    expect(row('a, "b"')).toMatch(/^"a, ""b""",/);
    expect(row('=HYPERLINK(1)')).toMatch(/^'=HYPERLINK\(1\),/);
    expect(row('two\nlines')).toMatch(/^"two\nlines",/);
  });
});
