import { TensorProto_DataType as DataType } from 'onnx-buf';
import { describe, expect, it } from 'vitest';
import { addNode, declareTensor, finishModel, startDraft } from '../testing/draft.ts';
import { openSession } from '../testing/parity.ts';
import { makeFeeds } from './feeds.ts';

/** A session that hands its only input on. */
function openIdentity(dims: readonly (number | string)[], type: DataType = DataType.FLOAT) {
  const draft = startDraft();
  addNode(draft, 'Identity', ['x'], {}, 'y', 'y');
  const boundary = { inputs: [declareTensor('x', dims, type)], outputs: [declareTensor('y', dims, type)] };
  return openSession(finishModel(draft, boundary));
}

describe('makeFeeds', () => {
  it.each([
    ['float32', DataType.FLOAT],
    ['float16', DataType.FLOAT16],
    ['uint8', DataType.UINT8],
    ['int64', DataType.INT64],
  ])('fills what a model leaves open, type %s, so that it runs', async (type, code) => {
    const session = await openIdentity(['batch', 3, 'height', 'width'], code);
    const feeds = makeFeeds(session, 'a.onnx', { batch: 2, size: [8, 16] });
    expect(feeds.x?.dims).toEqual([2, 3, 8, 16]);
    expect(feeds.x?.type).toBe(type);
    const { y } = await session.run(feeds);
    expect(y?.dims).toEqual([2, 3, 8, 16]);
  });

  it('is noise in [0, 1), the same every time', async () => {
    const session = await openIdentity([1, 1000]);
    const data = () => Array.from(makeFeeds(session, 'a.onnx', { batch: 1 }).x?.data ?? [], Number);
    const values = data();
    expect(data()).toEqual(values);
    expect(Math.min(...values)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...values)).toBeLessThan(1);
    // The mean of a thousand uniform values is 0.5 with a standard deviation of 0.009.
    expect(values.reduce((sum, value) => sum + value, 0) / 1000).toBeCloseTo(0.5, 1);
  });

  it('refuses what it cannot choose', async () => {
    const open = await openIdentity([1, 'length']);
    expect(() => makeFeeds(open, 'a.onnx', { batch: 1 })).toThrow(/a\.onnx: input "x" leaves dimension "length" open/);
    const fixed = await openIdentity([1, 3]);
    expect(() => makeFeeds(fixed, 'a.onnx', { batch: 4 })).toThrow(/fixes the batch at 1/);
    const text = await openIdentity([1], DataType.STRING);
    expect(() => makeFeeds(text, 'a.onnx', { batch: 1 })).toThrow(/string/);
  });
});
