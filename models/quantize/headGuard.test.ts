import type { ModelProto } from 'onnx-buf';
import { describe, expect, it } from 'vitest';
import { readModel } from '../graph/read.ts';
import { addConv, addFloats, addNode, declareTensor, finishModel, startDraft } from '../testing/draft.ts';
import { hasSharedFolder, sharedPath } from '../testing/shared.ts';
import { tinyEndToEnd, tinyV5, tinyV8 } from '../testing/tinyModels.ts';
import { sumsDistanceBins, tailOf } from './headGuard.ts';
import { isLayer } from './operators.ts';
import { factsOfModel } from './select.ts';

function tailOperators(proto: ModelProto): Set<string> {
  const { graph, index, constants } = factsOfModel(proto);
  return new Set([...tailOf(graph, index, constants)].map((node) => node.opType));
}

/** Names of the layers that are not in the tail, and of those that are. */
function layers(proto: ModelProto): { before: string[]; within: string[] } {
  const { graph, index, constants } = factsOfModel(proto);
  const tail = tailOf(graph, index, constants);
  const all = graph.node.filter(isLayer);
  const names = (within: boolean) => all.filter((node) => tail.has(node) === within).map((node) => node.name);
  return { before: names(false), within: names(true) };
}

describe('tailOf', () => {
  it('holds the decode arithmetic of a v8 head with its DFL sum, and no learned layer', () => {
    const { before, within } = layers(tinyV8());
    expect(within).toEqual(['dfl']);
    expect(before).toHaveLength(11);
    expect([...tailOperators(tinyV8())]).toEqual(
      expect.arrayContaining(['Softmax', 'Sigmoid', 'Concat', 'Sub', 'Div', 'Mul']),
    );
  });

  it('reaches through an end-to-end head with its selection of boxes', () => {
    expect(layers(tinyEndToEnd()).within).toEqual(['dfl']);
    expect([...tailOperators(tinyEndToEnd())]).toEqual(expect.arrayContaining(['TopK', 'GatherElements', 'Mod']));
  });

  it('holds the decode arithmetic of a v5 head', () => {
    expect(layers(tinyV5()).within).toEqual([]);
    expect([...tailOperators(tinyV5())]).toEqual(expect.arrayContaining(['Sigmoid', 'Concat']));
  });

  describe.skipIf(!hasSharedFolder)('on real detectors', () => {
    it.each([
      ['yolov8n/yolov8n.onnx', 63, 1],
      ['yolo11n/yolo11n.onnx', 87, 1],
      ['yolo26n/yolo26n.onnx', 102, 0],
      ['yolox-nano/yolox_nano.onnx', 113, 0],
      ['yolov5-lite-e/v5Lite-e-sim-320.onnx', 66, 0],
    ])('finds the last layers of %s', async (file, learned, sums) => {
      const { proto } = await readModel(sharedPath('models', ...file.split('/')));
      const { before, within } = layers(proto);
      expect(within).toHaveLength(sums);
      expect(before.length - (proto.graph?.node.filter((node) => node.opType === 'MatMul').length ?? 0)).toBe(learned);
      // Attention is in the backbone, so its products and Softmax are not the tail's.
      const tail = tailOperators(proto);
      expect(tail.has('MatMul')).toBe(false);
      expect(tail.has('Resize')).toBe(false);
    });
  });
});

describe('sumsDistanceBins', () => {
  function sumBehind(operator: string, weights: number[]): boolean {
    const draft = startDraft();
    const before = addNode(draft, operator, [addConv(draft, 'layer', 'x', [3, weights.length])], {});
    const turned = addNode(draft, 'Transpose', [before], { perm: { ints: [0, 1, 3, 2] } });
    addFloats(draft, 'w', [1, weights.length, 1, 1], weights);
    addNode(draft, 'Conv', [turned, 'w'], {}, 'sum', 'y');
    const model = finishModel(draft, {
      inputs: [declareTensor('x', [1, 3, 4, 4])],
      outputs: [declareTensor('y', [1, 1, 4, 4])],
    });
    const { graph, index, constants } = factsOfModel(model);
    return graph.node.some((node) => node.name === 'sum' && sumsDistanceBins(node, index, constants));
  }

  it('needs 0, 1, 2 ... behind a Softmax', () => {
    expect(sumBehind('Softmax', [0, 1, 2, 3])).toBe(true);
    expect(sumBehind('Softmax', [0, 2, 4, 6])).toBe(true);
    expect(sumBehind('Softmax', [1, 2, 3, 4])).toBe(false);
    expect(sumBehind('Softmax', [0.3, -1, 2, 0.1])).toBe(false);
    expect(sumBehind('Relu', [0, 1, 2, 3])).toBe(false);
  });

  it('knows the ramp in files whose weights went through 8 bits', () => {
    const step = 15 / 127;
    expect(
      sumBehind(
        'Softmax',
        Array.from({ length: 16 }, (_, bin) => Math.round(bin / step) * step),
      ),
    ).toBe(true);
  });
});
