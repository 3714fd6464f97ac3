import { describe, expect, it } from 'vitest';
import { siluNet } from '../testing/tinyModels.ts';
import { constantsOf, constantValue } from './constants.ts';
import {
  attributeFloat,
  attributeFloats,
  attributeInt,
  attributeInts,
  attributeString,
  attributeTensor,
  makeNode,
  opsetOf,
  setAttribute,
} from './nodes.ts';
import { dimsOf, floatsOf, integersOf, makeFloatTensor } from './tensors.ts';

describe('attributes', () => {
  const node = makeNode('Any', ['a', '', 'c'], ['d'], {
    name: 'n',
    attributes: {
      axis: { int: -1 },
      pads: { ints: [1, 2] },
      alpha: { float: 0.25 },
      scales: { floats: [1, 2.5] },
      mode: { string: 'nächste' },
      value: { tensor: makeFloatTensor('t', [1], [3]) },
    },
  });

  it('are read back as they were written', () => {
    expect(attributeInt(node, 'axis')).toBe(-1);
    expect(attributeInts(node, 'pads')).toEqual([1, 2]);
    expect(attributeFloat(node, 'alpha')).toBe(0.25);
    expect(attributeFloats(node, 'scales')).toEqual([1, 2.5]);
    expect(attributeString(node, 'mode')).toBe('nächste');
    expect(attributeTensor(node, 'value')?.name).toBe('t');
  });

  it('fall back only where they are missing', () => {
    expect(attributeInt(node, 'axis', 5)).toBe(-1);
    expect(attributeInt(node, 'group', 1)).toBe(1);
    expect(attributeInt(node, 'group')).toBeUndefined();
    expect(attributeFloat(node, 'beta', 0.5)).toBe(0.5);
    expect(attributeString(node, 'auto_pad', 'NOTSET')).toBe('NOTSET');
    expect(attributeInts(node, 'strides')).toBeUndefined();
  });

  it('are replaced, not doubled, when set again', () => {
    const other = makeNode('Any', [], ['x'], { attributes: { axis: { int: 1 } } });
    setAttribute(other, 'axis', { int: 2 });
    setAttribute(other, 'keepdims', { int: 0 });
    expect(other.attribute.map((attribute) => [attribute.name, attribute.i])).toEqual([
      ['axis', 2n],
      ['keepdims', 0n],
    ]);
  });
});

describe('constantsOf', () => {
  it('finds initializers and every kind of Constant node', () => {
    const proto = siluNet();
    const nodes = [
      makeNode('Constant', [], ['tensor'], { attributes: { value: { tensor: makeFloatTensor('', [1], [4]) } } }),
      makeNode('Constant', [], ['float'], { attributes: { value_float: { float: 0.5 } } }),
      makeNode('Constant', [], ['ints'], { attributes: { value_ints: { ints: [3, 4] } } }),
    ];
    proto.graph?.node.push(...nodes);
    if (proto.graph === undefined) throw new Error('no graph');
    const constants = constantsOf(proto.graph);
    expect(constants.get('first.weight')?.name).toBe('first.weight');
    const [tensor, float, ints] = ['tensor', 'float', 'ints'].map((name) => constants.get(name));
    expect(tensor && [...floatsOf(tensor)]).toEqual([4]);
    expect(float && [dimsOf(float), ...floatsOf(float)]).toEqual([[], 0.5]);
    expect(ints && integersOf(ints)).toEqual([3, 4]);
  });

  it('has no tensor for a string', () => {
    expect(constantValue(makeNode('Constant', [], ['s'], { attributes: { value_string: { string: 'x' } } }))).toBe(
      undefined,
    );
  });
});

describe('opsetOf', () => {
  it('reads the default domain under both of its names', () => {
    const proto = siluNet();
    expect(opsetOf(proto)).toBe(17);
    for (const entry of proto.opsetImport) entry.domain = 'ai.onnx';
    expect(opsetOf(proto)).toBe(17);
    proto.opsetImport = [];
    expect(opsetOf(proto)).toBe(1);
  });
});
