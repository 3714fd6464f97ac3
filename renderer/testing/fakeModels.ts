/** Made-up variants for looking at the screens. */
import type { RecipeStep, Variant } from '../../electron/contract.ts';
import { describeDetector } from '../../models/detect/describeDetector.ts';
import { seededRandom } from '../../models/random.ts';
import { testInspection } from '../../models/testing/testInspection.ts';
import { testSpec } from '../../models/testing/testSpec.ts';
import type { Agreement, Inspection, LayerInfo, PresetsReport, SensitivityReport } from '../../models/types.ts';
import { classNames } from './fakeScenes.ts';

const operators = ['Conv', 'Mul', 'Sigmoid', 'Concat', 'Add', 'MaxPool', 'Resize', 'Split'] as const;

function makeLayers(): LayerInfo[] {
  const random = seededRandom(7);
  return Array.from({ length: 233 }, (_, index) => {
    const operator = index % 3 === 0 ? 'Conv' : (operators[Math.floor(random() * operators.length)] ?? 'Mul');
    const conv = operator === 'Conv';
    const side = 2 ** (3 + Math.floor(random() * 5));
    return {
      name: `/model.${Math.floor(index / 10)}/cv${index % 10}/${operator.toLowerCase()}/${operator}`,
      operator,
      outputShape: [1, conv ? 64 : 128, side, side],
      parameters: conv ? Math.round(random() * 147_000) : 0,
      macs: conv ? Math.round(random() * 2e8) : 0,
      sparsity: 0,
    };
  });
}

function makeInspection(name: string, change: Partial<Inspection>): Inspection {
  const spec = testSpec(640, { head: '[1, 4+4, 8400], channel-major, class scores sigmoid', classes: 4, classNames });
  return testInspection({
    path: `/models/${name}.onnx`,
    bytes: 12_823_411,
    sha256: 'b5c2…',
    producer: 'pytorch 2.4',
    nodes: 233,
    operators: {
      Conv: 64,
      Mul: 58,
      Sigmoid: 57,
      Concat: 19,
      Add: 8,
      MaxPool: 3,
      Resize: 2,
      Split: 9,
      Reshape: 5,
      Softmax: 1,
    },
    parameters: 3_151_904,
    macs: 4_371_000_000,
    sparsity: 0.0001,
    inputs: [{ name: 'images', type: 'float', shape: [1, 3, 640, 640] }],
    outputs: [{ name: 'output0', type: 'float', shape: [1, 8, 8400] }],
    metadata: { names: "{0: 'disc', 1: 'square', 2: 'triangle', 3: 'star'}", stride: '32', task: 'detect' },
    layers: makeLayers(),
    detector: describeDetector({
      alternatives: [],
      warnings: [],
      reading: {
        ...spec,
        evidence: [
          'Output "output0" is [1, 8, 8400]: 8400 = 80² + 40² + 20² predictions of 4 box numbers and 4 classes, without objectness.',
          'The class scores pass a Sigmoid before they are joined, so they are probabilities.',
          'The metadata names 4 classes, which agrees with the shape.',
        ],
      },
    }),
    ...change,
  });
}

interface VariantSketch {
  readonly id: string;
  readonly parentId: string | null;
  readonly name: string;
  readonly recipe?: readonly RecipeStep[];
  readonly agreement?: Agreement;
  readonly warnings?: readonly string[];
  readonly inspection?: Partial<Inspection>;
}

/** A variant with everything filled in. */
export function makeVariant(sketch: VariantSketch): Variant {
  return {
    id: sketch.id,
    parentId: sketch.parentId,
    name: sketch.name,
    modelPath: `/models/${sketch.name}.onnx`,
    sha256: sketch.id,
    recipe: sketch.recipe ?? [],
    createdAt: '2025-05-04T10:00:00.000Z',
    inspection: makeInspection(sketch.name, sketch.inspection ?? {}),
    agreement: sketch.agreement ?? null,
    warnings: sketch.warnings ?? [],
    present: true,
  };
}

/** An agreement with the given counts. */
export function makeAgreement(matched: number, lost: number, extra: number): Agreement {
  return {
    f1: (2 * matched) / (2 * matched + lost + extra),
    precision: matched / (matched + extra),
    recall: matched / (matched + lost),
    matched,
    lost,
    extra,
    changedClass: 0,
    meanIou: 0.961,
    scoreShift: -0.012,
    scoreError: 0.02,
    images: 12,
  };
}

/** What quantizing each convolution of a variant alone loses. */
export function makeSensitivity({ modelPath, inspection }: Variant): SensitivityReport {
  const layers = inspection.layers.filter(({ operator }) => operator === 'Conv');
  return {
    model: modelPath,
    for: 'quantize',
    images: 12,
    layers: layers.map(({ name, operator }, index) => ({
      name,
      operator,
      sqnr: 14 + 26 * (index / layers.length) ** 0.5,
      ...(index < 3 ? { drop: 0.04 / (index + 1) } : {}),
    })),
  };
}

/** Where nothing serves the aim that was asked for. */
export function makePresets({ modelPath }: Variant): PresetsReport {
  return {
    model: modelPath,
    baseline: { bytes: 12.8e6, p50: 21 },
    presets: [
      {
        name: 'smaller',
        choice: null,
        why: 'Nothing that keeps the boxes is smaller than the model itself.',
        measured: true,
        provider: 'cpu',
        candidates: [],
      },
    ],
    minAgreement: 0.95,
    device: 'CPU',
    threads: 2,
    images: 12,
  };
}
