import { create } from '@bufbuild/protobuf';
import fc from 'fast-check';
import {
  AttributeProtoSchema,
  AttributeProto_AttributeType as AttributeType,
  FunctionProtoSchema,
  type GraphProto,
  GraphProtoSchema,
  type ModelProto,
  type NodeProto,
  TrainingInfoProtoSchema,
  TypeProtoSchema,
  ValueInfoProtoSchema,
} from 'onnx-buf';
import { describe, expect, it } from 'vitest';
import { macsOf } from '../inspect/cost.ts';
import { summarize } from '../inspect/summary.ts';
import {
  addFloats,
  addIntegers,
  addNode,
  addNodeWithOutputs,
  type Draft,
  declareTensor,
  finishModel,
  startDraft,
} from '../testing/draft.ts';
import { siluNet } from '../testing/tinyModels.ts';
import { type AttributeValue, makeNode } from './nodes.ts';
import { decodeModel } from './read.ts';
import { elementwiseRules } from './shapeRules/elementwise.ts';
import { generateRules } from './shapeRules/generate.ts';
import { layoutRules } from './shapeRules/layout.ts';
import { matrixRules } from './shapeRules/matrix.ts';
import { quantizedRules } from './shapeRules/quantized.ts';
import { reduceRules } from './shapeRules/reduce.ts';
import { resizeRules } from './shapeRules/resize.ts';
import { selectRules } from './shapeRules/select.ts';
import { windowRules } from './shapeRules/windows.ts';
import { inferShapes } from './shapes.ts';
import { encodeModel } from './write.ts';

/** Through a file and back, then everything that inspecting works out without the runtime. */
function look(proto: ModelProto) {
  const read = decodeModel('odd.onnx', encodeModel(proto));
  return summarize({ path: 'odd.onnx', bytes: 1, sha256: '', externalFiles: [], outside: new Map(), proto: read });
}

function finish(draft: Draft, output: string): ModelProto {
  return finishModel(draft, {
    inputs: [declareTensor('images', [1, 3, 8, 8])],
    outputs: [create(ValueInfoProtoSchema, { name: output })],
  });
}

/** A subgraph of one Relu over a tensor of the graph around it. */
function body(name: string, reads: string): GraphProto {
  return create(GraphProtoSchema, {
    name,
    node: [makeNode('Relu', [reads], [`${name}_out`])],
    output: [create(ValueInfoProtoSchema, { name: `${name}_out` })],
  });
}

function withBodies(node: NodeProto, bodies: Readonly<Record<string, GraphProto>>): NodeProto {
  for (const [name, g] of Object.entries(bodies)) {
    node.attribute.push(create(AttributeProtoSchema, { name, type: AttributeType.GRAPH, g }));
  }
  return node;
}

describe('graphs beyond the usual', () => {
  it.each(['If', 'Loop', 'Scan'])(
    '%s: what is around the subgraphs is described, what they give is open',
    (operator) => {
      const draft = startDraft();
      const seen = addNode(draft, 'Relu', ['images'], {}, 'seen');
      const bodies: Readonly<Record<string, GraphProto>> =
        operator === 'If'
          ? { then_branch: body('yes', seen), else_branch: body('no', seen) }
          : { body: body('again', seen) };
      draft.nodes.push(withBodies(makeNode(operator, [], ['given'], { name: 'branch' }), bodies));
      const summary = look(finish(draft, 'given'));
      expect(summary.operators).toEqual({ Relu: 1, [operator]: 1 });
      expect(summary.layers.map((layer) => layer.outputShape)).toEqual([[1, 3, 8, 8], []]);
      expect(summary.outputs).toEqual([{ name: 'given', type: 'unknown', shape: [] }]);
    },
  );

  it('sequences and optionals have a type and no shape', () => {
    const draft = startDraft();
    addNode(draft, 'SequenceConstruct', ['images', 'images'], {}, 'list', 'list_out');
    const proto = finish(draft, 'list_out');
    const float = create(TypeProtoSchema, { value: { case: 'tensorType', value: { elemType: 1 } } });
    const list = create(TypeProtoSchema, { value: { case: 'sequenceType', value: { elemType: float } } });
    const perhaps = create(TypeProtoSchema, { value: { case: 'optionalType', value: { elemType: list } } });
    for (const output of proto.graph?.output ?? []) output.type = list;
    proto.graph?.input.push(create(ValueInfoProtoSchema, { name: 'perhaps', type: perhaps }));
    const { inputs, outputs } = look(proto);
    expect(outputs).toEqual([{ name: 'list_out', type: 'sequenceType', shape: [] }]);
    expect(inputs[1]).toEqual({ name: 'perhaps', type: 'optionalType', shape: [] });
  });

  it('local functions, other domains and training information are named, not followed', () => {
    const draft = startDraft();
    draft.nodes.push(makeNode('Twice', ['images'], ['doubled'], { domain: 'local', name: 'call' }));
    draft.nodes.push(makeNode('Conv', ['doubled'], ['y'], { domain: 'elsewhere', name: 'foreign' }));
    const proto = finish(draft, 'y');
    proto.opsetImport.push({ $typeName: 'onnx.OperatorSetIdProto', domain: 'local', version: 1n });
    proto.functions.push(
      create(FunctionProtoSchema, {
        ...{ name: 'Twice', domain: 'local', input: ['x'], output: ['y'] },
        // Calls itself, as a function must not.
        node: [makeNode('Twice', ['x'], ['y'], { domain: 'local' })],
      }),
    );
    proto.trainingInfo.push(create(TrainingInfoProtoSchema, { algorithm: body('step', 'images') }));
    const summary = look(proto);
    expect(summary.operators).toEqual({ 'local.Twice': 1, 'elsewhere.Conv': 1 });
    expect(summary.warnings.join()).toMatch(/Not all runtimes know these operators: local\.Twice, elsewhere\.Conv/);
  });

  it('operators and inputs named like what every object has are no operators and inputs of ours', () => {
    const draft = startDraft();
    const names = ['constructor', 'toString', '__proto__', 'hasOwnProperty'];
    let last = 'images';
    for (const name of names) last = addNode(draft, name, [last]);
    const proto = finish(draft, last);
    for (const name of names) proto.graph?.input.push(create(ValueInfoProtoSchema, { name }));
    const { operators, layers } = look(proto);
    expect(Object.keys(operators).sort()).toEqual([...names].sort());
    expect(layers.map((layer) => layer.parameters)).toEqual([0, 0, 0, 0]);
  });

  it('a node of thousands of inputs from nodes in reverse order is sorted in no time', () => {
    const draft = startDraft();
    const count = 20_000;
    const parts = Array.from({ length: count }, (_, index) => addNode(draft, 'Relu', ['images'], {}, `part${index}`));
    addNode(draft, 'Concat', parts, { axis: { int: 1 } }, 'all', 'joined');
    draft.nodes.reverse();
    const started = performance.now();
    const proto = finish(draft, 'joined');
    expect(inferShapes(proto).get('joined')?.dims).toEqual([1, 3 * count, 8, 8]);
    expect(performance.now() - started).toBeLessThan(3000);
  });
});

describe('shape rules', () => {
  const operators = [
    ...[elementwiseRules, windowRules, matrixRules, layoutRules, selectRules, reduceRules, resizeRules],
    ...[generateRules, quantizedRules],
  ].flatMap((rules) => Object.keys(rules));
  const attributeNames = [
    ...[
      'axis',
      'axes',
      'perm',
      'pads',
      'strides',
      'kernel_shape',
      'dilations',
      'group',
      'to',
      'keepdims',
      'split',
      'k',
    ],
    ...[
      'starts',
      'ends',
      'steps',
      'blocksize',
      'auto_pad',
      'ceil_mode',
      'shape',
      'batch_dims',
      'output_shape',
      'scales',
    ],
  ];
  const odd = fc.oneof(
    fc.integer({ min: -3, max: 5 }),
    fc.constantFrom(2 ** 31, -(2 ** 31), 2 ** 62, -(2 ** 63), 5000),
  );
  const attribute: fc.Arbitrary<AttributeValue> = fc.oneof(
    odd.map((int) => ({ int })),
    fc.array(odd, { maxLength: 6 }).map((ints) => ({ ints })),
    fc.float().map((float) => ({ float })),
    fc.array(fc.float(), { maxLength: 5 }).map((floats) => ({ floats })),
    fc.constantFrom('SAME_UPPER', 'VALID', '').map((string) => ({ string })),
  );
  const tensors = ['images', 'scalar', 'vector', 'numbers', 'empty', 'open', 'unheard', ''];

  it('never throw, and give whole sizes, whatever inputs and attributes a node has', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...operators),
        fc.array(fc.constantFrom(...tensors), { maxLength: 5 }),
        fc.dictionary(fc.constantFrom(...attributeNames), attribute, { maxKeys: 4 }),
        fc.array(odd, { maxLength: 5 }),
        fc.integer({ min: 1, max: 26 }),
        (operator, inputs, attributes, numbers, opset) => {
          const draft = startDraft();
          addFloats(draft, 'scalar', [], [0.5]);
          addFloats(draft, 'vector', [3], [1, 0, -2]);
          addFloats(draft, 'empty', [0]);
          addIntegers(draft, 'numbers', numbers);
          const [first = ''] = addNodeWithOutputs(draft, operator, inputs, 3, attributes);
          const proto = finishModel(draft, {
            inputs: [declareTensor('images', [1, 3, 8, 8]), declareTensor('open', ['n', 3, 'h', 'w'])],
            outputs: [create(ValueInfoProtoSchema, { name: first })],
            opset,
          });
          const shapes = inferShapes(proto);
          for (const { dims } of shapes.values()) {
            expect(dims.every((dim) => dim === null || (Number.isInteger(dim) && dim >= 0))).toBe(true);
          }
          for (const node of proto.graph?.node ?? []) expect(macsOf(node, shapes) ?? 0).toBeGreaterThanOrEqual(0);
        },
      ),
      {
        numRuns: 3000,
        examples: [
          ['Slice', ['numbers'], { axes: { ints: [2] } }, [], 1],
          ['Pad', ['vector', 'images', 'images', 'numbers'], { pads: { ints: [] } }, [2], 1],
        ],
      },
    );
  });

  it('are open about a tensor that only names its type', () => {
    const proto = siluNet();
    for (const value of proto.graph?.input ?? []) delete value.type;
    expect(inferShapes(proto).get('images')).toBeUndefined();
    expect(look(proto).macs).toBeNull();
  });
});
