import { mkdtemp, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { describeDetector } from '../detect/describeDetector.ts';
import type { RecipeStep } from '../recipeSchema.ts';
import { testInspection } from '../testing/testInspection.ts';
import { testSpec } from '../testing/testSpec.ts';
import type { Agreement, CompareReport } from '../types.ts';
import { checkPresence } from './presence.ts';
import {
  addImages,
  addVariant,
  clearImages,
  emptyProject,
  findBySha256,
  listDescent,
  relocateVariant,
  removeVariant,
  renewInspection,
  trayCapacity,
} from './project.ts';
import { type ProjectDocument, projectDocument, type StoredVariant } from './schemas.ts';
import { fileNameOf, nameDerived, nameOriginal } from './variantName.ts';

function variant(id: string, parentId: string | null = null): StoredVariant {
  return {
    id,
    parentId,
    name: id,
    modelPath: `/models/${id}.onnx`,
    sha256: id.padEnd(64, '0'),
    modified: 1,
    recipe: [],
    createdAt: '2026-01-02T03:04:05.678Z',
    inspection: testInspection({
      path: `/models/${id}.onnx`,
      sha256: id.padEnd(64, '0'),
      macs: null,
      inputs: [{ name: 'images', type: 'float', shape: [1, 3, 'height', 'width'] }],
    }),
    agreement: null,
    warnings: [],
  };
}

const lineage = [variant('a'), variant('b', 'a'), variant('c', 'b'), variant('d', 'a'), variant('e')].reduce(
  addVariant,
  emptyProject,
);
const testAgreement: Agreement = {
  f1: 1,
  precision: 1,
  recall: 1,
  matched: 1,
  lost: 0,
  extra: 0,
  changedClass: 0,
  meanIou: 1,
  scoreShift: 0,
  scoreError: 0,
  images: 1,
};

function testReport(paths: readonly string[]): CompareReport {
  const [baseline = ''] = paths;
  const latency = { p50: 1, p90: 1, p95: 1, p99: 1, mean: 1, min: 1, runs: 1, throughput: 1 };
  const provider = { requested: 'cpu', used: 'cpu' } as const;
  const figures = { bytes: 1, parameters: 1, macs: 1, sparsity: 0, precision: 'fp32' as const };
  const models = paths.map((path) => ({
    ...figures,
    path,
    name: path,
    provider,
    latency,
    load: 1,
    firstRun: 1,
    peakMemory: 1,
    images: [],
  }));
  return { baseline, models, images: [], pareto: [], device: '', threads: 1, imageCount: 1 };
}

const idsOf = (document: ProjectDocument) => document.variants.map(({ id }) => id);

describe('variants of a project', () => {
  it('know their descent', () => {
    expect(listDescent(lineage, 'a').map(({ id }) => id)).toEqual(['a', 'b', 'c', 'd']);
    expect(listDescent(lineage, 'b').map(({ id }) => id)).toEqual(['b', 'c']);
    expect(listDescent(lineage, 'e').map(({ id }) => id)).toEqual(['e']);
  });

  it('go with all that was derived from them', () => {
    expect(idsOf(removeVariant(lineage, 'b'))).toEqual(['a', 'd', 'e']);
    expect(idsOf(removeVariant(lineage, 'a'))).toEqual(['e']);
    expect(idsOf(lineage)).toEqual(['a', 'b', 'c', 'd', 'e']);
  });

  it('are refused under a known id or without their parent', () => {
    expect(() => addVariant(lineage, variant('a'))).toThrow('already');
    expect(() => addVariant(lineage, variant('x', 'nobody'))).toThrow('not in the project');
  });

  it('are found by content, and only their place can change', () => {
    const moved = relocateVariant(lineage, 'c', { modelPath: '/elsewhere.onnx', modified: 2 });
    expect(findBySha256(moved, 'c'.padEnd(64, '0'))).toEqual({
      ...variant('c', 'b'),
      modelPath: '/elsewhere.onnx',
      modified: 2,
    });
    expect(findBySha256(moved, 'f'.repeat(64))).toBeUndefined();
  });

  it('survive the disk, with what the engine reported beside', () => {
    const stored: unknown = JSON.parse(JSON.stringify(addImages(lineage, ['/a.jpg']).document));
    expect(projectDocument.parse(stored)).toEqual(addImages(lineage, ['/a.jpg']).document);
    const extended = { ...variant('f'), inspection: { ...variant('f').inspection, addedLater: 1 } };
    expect(projectDocument.parse({ ...emptyProject, variants: [extended] }).variants[0]?.inspection).toHaveProperty(
      'addedLater',
      1,
    );
  });

  it('of an older form keep all but their reading, which is made anew', () => {
    const spec = testSpec(64);
    const detector = describeDetector({ reading: { ...spec, evidence: [] }, alternatives: [], warnings: [] });
    const stored = { ...variant('f'), inspection: { ...variant('f').inspection, detector } };
    expect(projectDocument.parse({ ...emptyProject, variants: [stored] }).variants[0]?.inspection.detector).toEqual(
      detector,
    );
    // Once a head had one output.
    const { outputs, ...rest } = spec;
    const old = { ...detector, spec: { ...rest, output: outputs[0] } };
    const outdated = { ...stored, inspection: { ...stored.inspection, detector: old } };
    const opened = projectDocument.parse({ ...emptyProject, variants: [outdated] }).variants[0];
    expect(opened).toEqual({ ...stored, inspection: { ...stored.inspection, detector: null } });
  });

  it('lose figures that were measured under another reading', () => {
    const readAs = (classNames: string[]) => {
      const reading = { ...testSpec(64, { classNames }), evidence: [] };
      const detector = describeDetector({ reading, alternatives: [], warnings: [] });
      return testInspection({ path: '/models/b.onnx', detector });
    };
    const agreement = testAgreement;
    const measured = {
      ...lineage,
      variants: lineage.variants.map((known) => ({ ...known, agreement })),
      comparisons: { a: testReport(['/models/a.onnx', '/models/b.onnx']), e: testReport(['/models/e.onnx']) },
    };
    const renewed = renewInspection(measured, 'b', readAs(['cat', 'dog']), 'stamp');
    // b itself, and c, which was compared with it.
    expect(renewed.variants.filter((known) => known.agreement === null).map(({ id }) => id)).toEqual(['b', 'c']);
    expect(Object.keys(renewed.comparisons)).toEqual(['e']);
    expect(renewed.variants[1]).toMatchObject({ readAs: 'stamp', inspection: { detector: { classes: 2 } } });
    // The same reading again takes nothing away.
    const again = { ...renewed, variants: renewed.variants.map((known) => ({ ...known, agreement })) };
    expect(renewInspection(again, 'b', readAs(['cat', 'dog']), 'stamp')).toEqual(again);
    expect(renewInspection(again, 'nobody', readAs(['cat', 'dog']), 'stamp')).toBe(again);
  });

  it.each([
    ['a hash that is none', { ...variant('a'), sha256: 'x' }],
    [
      'an inspection with a part missing',
      { ...variant('a'), inspection: { ...variant('a').inspection, layers: undefined } },
    ],
    ['a recipe step that is not known', { ...variant('a'), recipe: [{ operation: 'melt', options: {} }] }],
  ])('are refused from the disk with %s', (_what, broken) => {
    expect(projectDocument.safeParse({ ...emptyProject, variants: [broken] }).success).toBe(false);
  });
});

describe('the tray', () => {
  it('takes every picture once, in order, and never more than its capacity', () => {
    const paths = fc.array(fc.array(fc.nat({ max: 40 }).map((number) => `/images/${number}.jpg`)));
    fc.assert(
      fc.property(paths, (batches) => {
        let document = emptyProject;
        let added = 0;
        for (const batch of batches) {
          const result = addImages(document, batch);
          document = result.document;
          added += result.added;
          expect(result.refused).toBe(0);
        }
        expect(document.images).toEqual([...new Set(batches.flat())]);
        expect(added).toBe(document.images.length);
      }),
    );
    const many = Array.from({ length: trayCapacity + 3 }, (_, index) => `/${index}.jpg`);
    const full = addImages(emptyProject, many);
    expect([full.added, full.refused, full.document.images.length]).toEqual([trayCapacity, 3, trayCapacity]);
    expect(addImages(full.document, ['/more.jpg', '/0.jpg'])).toEqual({
      document: full.document,
      added: 0,
      refused: 1,
    });
  });

  it('stays the same document when nothing changes', () => {
    const { document } = addImages(emptyProject, ['/a.jpg']);
    expect(addImages(document, ['/a.jpg']).document).toBe(document);
    expect(clearImages(emptyProject)).toBe(emptyProject);
    expect(clearImages(document).images).toEqual([]);
  });
});

describe('the presence of a model file', () => {
  // sha256 of the three bytes "abc" (FIPS 180-2, appendix B.1)
  const sha256 = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';

  it('is told by size, time and content', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'boxwright présence '));
    try {
      const modelPath = join(folder, 'model.onnx');
      await writeFile(modelPath, 'abc');
      const modified = (await stat(modelPath)).mtimeMs;
      const file = { modelPath, bytes: 3, modified, sha256 };
      expect(await checkPresence(file)).toEqual({ present: true, modified });
      await utimes(modelPath, 1000, 1000);
      expect(await checkPresence(file)).toEqual({ present: true, modified: 1_000_000 });
      await writeFile(modelPath, 'abd');
      expect(await checkPresence(file)).toEqual({ present: false });
      await writeFile(modelPath, 'abcd');
      expect(await checkPresence(file)).toEqual({ present: false });
      await rename(modelPath, `${modelPath}.moved`);
      expect(await checkPresence(file)).toEqual({ present: false });
      expect(await checkPresence({ ...file, modelPath: folder })).toEqual({ present: false });
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

describe('names', () => {
  const prune = (amount: number): RecipeStep => ({
    operation: 'prune',
    options: { method: 'magnitude', amount, scope: 'global', keep: [], roundTo: 8, ratios: [] },
  });

  it('say what was done', () => {
    expect(nameOriginal(join('models', 'my détector.v2.onnx'))).toBe('my détector.v2');
    expect(nameDerived('yolo', [prune(0.3)], [])).toBe('yolo-pruned30');
    expect(nameDerived('yolo', [prune(0.125)], [])).toBe('yolo-pruned12.5');
    expect(nameDerived('yolo', [prune(0.07)], [])).toBe('yolo-pruned7');
  });

  it('are told apart by a number', () => {
    expect(nameDerived('yolo', [prune(0.3)], ['yolo-pruned30'])).toBe('yolo-pruned30-2');
    expect(nameDerived('yolo', [prune(0.3)], ['yolo-pruned30', 'yolo-pruned30-2'])).toBe('yolo-pruned30-3');
  });

  it('make file names on every system', () => {
    expect(fileNameOf('a/b\\c:d*e?"<>|\u0001')).toBe('a-b-c-d-e------');
    expect(fileNameOf('näme with späces 模型')).toBe('näme with späces 模型');
    expect(fileNameOf('ends. ..')).toBe('ends');
    expect(fileNameOf('...')).toBe('model');
    expect(fileNameOf('x'.repeat(500))).toHaveLength(120);
  });
});
