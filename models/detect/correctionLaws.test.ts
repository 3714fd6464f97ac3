import fc from 'fast-check';
import type { ModelProto } from 'onnx-buf';
import { describe, expect, it } from 'vitest';
import { headFamilies } from '../choices.ts';
import { StudioError } from '../errors.ts';
import { inferShapes } from '../graph/shapes.ts';
import { parseJson, parseSpec, specCorrection } from '../specSchema.ts';
import { fixedOutputModel, tinyEndToEnd, tinyV5, tinyV8, tinyYolox } from '../testing/tinyModels.ts';
import { differingParts } from './correctedParts.ts';
import { recognizeCorrected } from './readDetector.ts';

const models = new Map<string, ModelProto>([
  ['v8', tinyV8()],
  ['v5', tinyV5()],
  ['yolox', tinyYolox()],
  ['end to end', tinyEndToEnd()],
  ['v8 or v5', fixedOutputModel(64, [1, 84, 8], new Float32Array(84 * 8))],
]);
const shapes = new Map([...models].map(([name, proto]) => [name, inferShapes(proto)]));

function readAs(name: string, spec: unknown) {
  const proto = models.get(name);
  if (proto === undefined) throw new Error(name);
  const model = { proto, path: '', bytes: 0, sha256: '', externalFiles: [], outside: new Map() };
  const source = 'test.json';
  return recognizeCorrected(model, { source, spec: parseSpec(spec, specCorrection, source) }, shapes.get(name));
}

const small = fc.integer({ min: 0, max: 6 });
const side = fc.constantFrom(0, 1, 8, 16, 32, 64, 4096, 16_384);
const triple = fc.tuple(small, small, small);
const optional = { requiredKeys: [] };
const parts = fc.record(
  {
    family: fc.constantFrom(...headFamilies),
    input: fc.record(
      { size: fc.tuple(side, side), batch: small, mean: triple, std: triple, scale: fc.constantFrom(0, 1, 1 / 255) },
      optional,
    ),
    outputs: fc.array(
      fc.record({
        name: fc.constantFrom('output0', 'output', 'images', 'nowhere'),
        holds: fc.constantFrom(
          'predictions',
          'boxes',
          'scores',
          'objectness',
          'classes',
          'distances',
          'count',
          'indices',
        ),
        order: fc.constantFrom('channel-major', 'box-major', 'cell-major'),
      }),
      { maxLength: 4 },
    ),
    strides: fc.array(fc.constantFrom(0, 1, 8, 16, 32, 4096), { maxLength: 5 }),
    anchorsPerCell: fc.constantFrom(0, 1, 3, 64),
    anchors: fc.array(fc.array(fc.tuple(small, small), { maxLength: 4 }), { maxLength: 4 }),
    classes: fc.constantFrom(0, 1, 3, 4, 80, 65_535),
    classNames: fc.array(fc.string({ maxLength: 5 }), { maxLength: 5 }),
    distanceBins: fc.constantFrom(1, 8, 16, 256),
    activation: fc.record({ class: fc.constantFrom('none', 'sigmoid', 'softmax') }, optional),
    extraValues: fc.record({ holds: fc.constantFrom('masks', 'angle'), count: fc.constantFrom(1, 4096) }),
    rows: fc.record({
      columns: fc.array(fc.constantFrom('batch', 'box', 'score', 'class', 'classes', 'angle'), { maxLength: 6 }),
      box: fc.constantFrom('x1y1x2y2', 'centre-size'),
      units: fc.constantFrom('pixels', 'relative'),
    }),
    decodedInGraph: fc.boolean(),
    nmsInGraph: fc.boolean(),
  },
  optional,
);

/** Many parts rarely fit together, so that most corrections are of one or two. */
const correction = fc.tuple(parts, fc.constantFrom(1, 1, 2, 2, 20), fc.nat()).map(([all, count, first]) => {
  const entries = Object.entries(all);
  return Object.fromEntries([...entries, ...entries].slice(first % (entries.length + 1)).slice(0, count));
});

describe('whatever a correction says', () => {
  it('it is read, or refused in a sentence, whichever JSON it is', () => {
    const anything = fc.oneof(
      fc.json(),
      fc.string(),
      correction.map((value) => JSON.stringify(value)),
    );
    fc.assert(
      fc.property(anything, (text) => {
        expect(refusalOf(() => parseSpec(parseJson(text, 'a.json'), specCorrection, 'a.json'))).toMatch(
          /^(read|a\.json is )/,
        );
      }),
    );
  });

  it('it fits the graph or is refused, and what it fits it is read as', () => {
    fc.assert(
      fc.property(fc.constantFrom(...models.keys()), correction, (name, spec) => {
        const refusal = refusalOf(() => {
          const { reading, corrected } = readAs(name, spec);
          const { evidence: _, ...corrections } = reading;
          expect(corrections).toMatchObject(spec);
          // What is kept of it leads to the same reading.
          const again = readAs(name, corrected?.parts);
          expect(differingParts(again.reading, reading)).toEqual({});
        });
        expect(refusal).toMatch(/^(read|test\.json )/);
      }),
      { numRuns: 200 },
    );
  });
});

/** The message of the error that a user would see, or "read". Any other error is a defect. */
function refusalOf(read: () => unknown): string {
  try {
    read();
    return 'read';
  } catch (error) {
    if (error instanceof StudioError) return error.message;
    throw error;
  }
}
