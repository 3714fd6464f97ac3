import { create } from '@bufbuild/protobuf';
import fc from 'fast-check';
import { TensorProto_DataType as DataType, TensorProtoSchema } from 'onnx-buf';
import { describe, expect, it } from 'vitest';
import {
  dimsOf,
  elementCount,
  floatsOf,
  integersOf,
  makeFloat16Tensor,
  makeFloatTensor,
  makeInt8Tensor,
  makeInt32Tensor,
  makeInt64Tensor,
  makeUint8Tensor,
} from './tensors.ts';

describe('floatsOf', () => {
  it('gives back what makeFloatTensor was given', () => {
    fc.assert(
      fc.property(fc.float32Array(), (values) => {
        expect(floatsOf(makeFloatTensor('t', [values.length], values))).toEqual(values);
      }),
    );
  });

  it('reads raw data at any offset in a file', () => {
    const file = new Uint8Array(11);
    file.set(new Uint8Array(new Float32Array([1.5, -2]).buffer), 3);
    const tensor = create(TensorProtoSchema, { dataType: DataType.FLOAT, dims: [2n], rawData: file.subarray(3) });
    expect([...floatsOf(tensor)]).toEqual([1.5, -2]);
  });

  it('reads values kept in typed fields', () => {
    const float = create(TensorProtoSchema, { dataType: DataType.FLOAT, dims: [2n], floatData: [1, 2.5] });
    const double = create(TensorProtoSchema, { dataType: DataType.DOUBLE, dims: [1n], doubleData: [0.5] });
    const half = create(TensorProtoSchema, { dataType: DataType.FLOAT16, dims: [2n], int32Data: [0x3c00, 0xb800] });
    const brain = create(TensorProtoSchema, { dataType: DataType.BFLOAT16, dims: [1n], int32Data: [0xc040] });
    expect([float, double, half, brain].map((tensor) => [...floatsOf(tensor)])).toEqual([
      [1, 2.5],
      [0.5],
      [1, -0.5],
      [-3],
    ]);
  });

  it('is a copy', () => {
    const tensor = makeFloatTensor('t', [1], [7]);
    floatsOf(tensor)[0] = 8;
    expect(floatsOf(tensor)[0]).toBe(7);
  });

  it('names a tensor whose data does not fit its shape', () => {
    const tensor = makeFloatTensor('conv.weight', [2, 2], [1, 2, 3]);
    expect(() => floatsOf(tensor)).toThrow(/"conv.weight" has 12 bytes.*\[2, 2\] needs 16/);
    const typed = create(TensorProtoSchema, { name: 'bias', dataType: DataType.FLOAT, dims: [3n], floatData: [1] });
    expect(() => floatsOf(typed)).toThrow(/"bias" has 1 values.*needs 3/);
  });

  it('refuses integers', () => {
    expect(() => floatsOf(makeInt64Tensor('axes', [1], [1]))).toThrow(/"axes" holds int64/);
  });
});

describe('integersOf', () => {
  it('reads every width, signed and unsigned', () => {
    expect(integersOf(makeInt64Tensor('t', [2], [-1, 2 ** 40]))).toEqual([-1, 2 ** 40]);
    expect(integersOf(makeInt32Tensor('t', [2], [-1, 2 ** 30]))).toEqual([-1, 2 ** 30]);
    expect(integersOf(makeInt8Tensor('t', [2], [-128, 127]))).toEqual([-128, 127]);
    expect(integersOf(makeUint8Tensor('t', [2], [0, 255]))).toEqual([0, 255]);
    const typed = create(TensorProtoSchema, { dataType: DataType.INT64, dims: [1n], int64Data: [5n] });
    expect(integersOf(typed)).toEqual([5]);
    const flags = create(TensorProtoSchema, { dataType: DataType.BOOL, dims: [2n], rawData: new Uint8Array([1, 0]) });
    expect(integersOf(flags)).toEqual([1, 0]);
  });

  it('refuses floats', () => {
    expect(() => integersOf(makeFloatTensor('scale', [], [1]))).toThrow(/"scale" holds float/);
  });
});

it('counts the elements of a scalar, of a matrix, and of an empty tensor', () => {
  expect(elementCount(makeFloatTensor('t', [], [1]))).toBe(1);
  expect(elementCount(makeFloat16Tensor('t', [2, 3], [1, 2, 3, 4, 5, 6]))).toBe(6);
  expect(elementCount(makeFloatTensor('t', [0, 4], []))).toBe(0);
  expect(dimsOf(makeUint8Tensor('t', [1, 2], [1, 2]))).toEqual([1, 2]);
});
