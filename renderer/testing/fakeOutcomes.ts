/** What made-up jobs come to. */
import type { JobRequest, JobResult, Project, Variant } from '../../electron/contract.ts';
import { makeComparison } from './fakeComparison.ts';
import { makeAgreement, makePresets, makeSensitivity } from './fakeModels.ts';
import { both, guarded, original, pruned } from './fakeVariants.ts';

/** What the original costs. */
export const figures = { parameters: 3.15e6, macs: 4.37e9, bytes: 12.8e6, sparsity: 0 };

interface Outcome {
  readonly change: Partial<Project>;
  readonly result: JobResult;
}

const unchanged = (result: JobResult): Outcome => ({ change: {}, result });

/** A project that has the variant, compared with the original. */
function withVariant({ variants, comparisons, images }: Project, made: Variant): Partial<Project> {
  return {
    variants: variants.some(({ id }) => id === made.id) ? variants : [...variants, made],
    comparisons: { ...comparisons, original: makeComparison([original, made], images) },
  };
}

/** What a job comes to, and what it changes in the project. */
export function outcomeOf(request: JobRequest, project: Project): Outcome {
  const images = project.images.map(({ path }) => path);
  switch (request.kind) {
    case 'prune':
    case 'quantize': {
      const isPrune = request.kind === 'prune';
      const made = isPrune ? pruned : guarded;
      const change = withVariant(project, made);
      const before = figures;
      const common = {
        out: made.modelPath,
        sha256: made.id,
        agreement: makeAgreement(57, 2, 3),
        warnings: made.warnings,
      };
      const result: JobResult = isPrune
        ? {
            kind: 'prune',
            variantId: made.id,
            report: {
              ...common,
              before,
              after: { ...before, sparsity: 0.3 },
              compressedBytes: { before: 11.9e6, after: 9.2e6 },
              groups: [],
            },
          }
        : {
            kind: 'quantize',
            variantId: made.id,
            report: {
              ...common,
              bytes: made.inspection.bytes,
              quantizedLayers: 57,
              floatLayers: [{ name: '/model.22/cv2.0/Conv', why: 'head guard' }],
              drop: 0.042,
              trials: 1,
            },
          };
      return { change, result };
    }
    case 'derive': {
      const before = figures;
      const after = { parameters: 1.6e6, macs: 2.3e9, bytes: both.inspection.bytes, sparsity: 0 };
      const agreement = makeAgreement(49, 6, 4);
      const result: JobResult = {
        kind: 'derive',
        variantId: both.id,
        report: {
          out: both.modelPath,
          sha256: both.id,
          before,
          after,
          steps: request.recipe.steps.map((step) => ({ step, before, after, agreement, seconds: 4, warnings: [] })),
          agreement,
          drop: 1 - agreement.f1,
          recipe: request.recipe,
          warnings: [],
        },
      };
      return { change: withVariant(project, both), result };
    }
    case 'sensitivity':
      return unchanged({
        kind: 'sensitivity',
        variantId: request.variantId,
        images,
        ...(request.for === 'quantize' ? { options: request.options } : {}),
        report: makeSensitivity(original),
      });
    case 'presets':
      return unchanged({
        kind: 'presets',
        variantId: request.variantId,
        images,
        report: makePresets(original),
      });
    case 'compare': {
      const chosen = project.variants.filter(({ id }) => id === request.baselineId || request.variantIds.includes(id));
      const report = makeComparison(chosen, project.images);
      const comparisons = { ...project.comparisons, [request.baselineId]: report };
      return { change: { comparisons }, result: { kind: 'compare', report } };
    }
    case 'export':
      return unchanged({
        kind: 'export',
        report: {
          out: '/data/bundles/yolov8n-node.zip',
          bytes: 3_912_000,
          sha256: 'ab12',
          files: [
            'model.onnx',
            'manifest.json',
            'labels.txt',
            'README.md',
            'example/detect.mjs',
            'example/package.json',
            'golden/0.jpg',
            'golden/0.json',
            'golden/1.jpg',
            'golden/1.json',
            'verify.mjs',
          ].map((path, index) => ({ path, bytes: 3_600_000 / (index * index * 30 + 1), sha256: `${index}` })),
          warnings: [],
          verify: {
            ok: true,
            checks: [
              { name: 'Hashes of all files', ok: true, detail: '11 files' },
              {
                name: 'Example runs on golden pictures',
                ok: true,
                detail: '3 pictures, 14 boxes, largest difference 0.00 px',
              },
            ],
          },
        },
      });
  }
}
