/** Made-up differences between models for looking at Compare. */
import type { Variant } from '../../electron/contract.ts';
import { seededRandom } from '../../models/random.ts';
import type { GraphDifferenceReport, GraphStage, LayersReport } from '../../models/types.ts';

/** Every layer of a model with a made-up distance. */
export function makeLayersReport({ modelPath, inspection }: Variant, image: string): LayersReport {
  const random = seededRandom(3);
  return {
    baseline: modelPath,
    variant: '/models/int8.onnx',
    image,
    layers: inspection.layers.map(({ name, operator }) => ({
      name,
      operator,
      tensor: `${name}_output_0`,
      shape: [1, 64, 80, 80],
      sqnr: 12 + 40 * random(),
    })),
    unmatched: [{ name: '/model.0/bn', operator: 'Mul', tensor: 'bn_out', of: 'baseline', why: 'missing' }],
  };
}

/** A backbone and a neck of which each layer reads rounded values now. */
export function makeGraphDifference(): GraphDifferenceReport {
  const stages: readonly GraphStage[] = [
    ...[2, 4, 8, 16, 32].map((stride) => ({ part: 'backbone' as const, stride })),
    ...[8, 16, 32].map((stride) => ({ part: 'neck' as const, stride })),
    { part: 'head', stride: null },
  ];
  const kind = (type: string) => ({ type, shape: [64, 32, 3, 3] });
  const changed = stages.slice(0, 8).flatMap((stage, index) =>
    [0, 1, 2].map((layer) => ({
      name: `/model.${index}/cv${layer}/conv/Conv`,
      operator: 'Conv',
      stage,
      changes: [
        {
          what: 'constant' as const,
          tensor: `model.${index}.cv${layer}.weight`,
          before: kind('float'),
          after: kind('int8'),
        },
        { what: 'rounding' as const, after: true },
      ],
    })),
  );
  const added = changed.flatMap(({ name, stage }) =>
    ['QuantizeLinear', 'DequantizeLinear'].map((operator) => ({ name: `${name}/${operator}`, operator, stage })),
  );
  return {
    baseline: '/models/yolov8n.onnx',
    variant: '/models/int8.onnx',
    nodes: { baseline: 233, variant: 233 + added.length, same: 233 - changed.length },
    stages: stages.map((stage) => ({
      stage,
      same: 20,
      added: stage.part === 'head' ? 0 : 6,
      removed: 0,
      changed: stage.part === 'head' ? 0 : 3,
    })),
    added,
    removed: [],
    changed,
  };
}
