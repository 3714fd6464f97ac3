import { describe, expect, it } from 'vitest';
import { setAttribute } from '../../graph/nodes.ts';
import { floatsOf } from '../../graph/tensors.ts';
import { addConv, declareTensor, finishModel, startDraft } from '../../testing/draft.ts';
import { openSession, randomFeeds } from '../../testing/parity.ts';
import { copyWindows, windowLayout } from './sampleWindows.ts';

/** How a convolution may move. */
const ways = [
  { name: 'plain', attributes: { pads: { ints: [0, 0, 0, 0] } } },
  { name: 'padded unevenly', attributes: { pads: { ints: [1, 2, 0, 1] } } },
  { name: 'in strides', attributes: { pads: { ints: [1, 1, 1, 1] }, strides: { ints: [2, 3] } } },
  { name: 'dilated', attributes: { pads: { ints: [2, 2, 2, 2] }, dilations: { ints: [2, 1] } } },
  {
    name: 'padded to the same size below',
    attributes: { auto_pad: { string: 'SAME_UPPER' }, strides: { ints: [2, 2] } },
  },
  {
    name: 'padded to the same size above',
    attributes: { auto_pad: { string: 'SAME_LOWER' }, strides: { ints: [2, 2] } },
  },
] as const;

describe('copyWindows', () => {
  it.each(ways)('takes what the runtime multiplies with the weights: $name', async ({ attributes }) => {
    const draft = startDraft();
    addConv(draft, 'a', 'x', [3, 4], { kernel: 3 });
    const proto = finishModel(draft, {
      inputs: [declareTensor('x', [1, 3, 8, 9])],
      outputs: [declareTensor('a_out', [1, 4, '?', '?'])],
    });
    const node = proto.graph?.node[0];
    if (node === undefined) throw new Error('no node');
    node.attribute = [];
    for (const [name, value] of Object.entries(attributes)) {
      if ('ints' in value) setAttribute(node, name, { ints: [...value.ints] });
      else setAttribute(node, name, { string: value.string });
    }
    const feeds = randomFeeds(proto, 5);
    const session = await openSession(proto);
    const result = (await session.run(feeds)).a_out;
    await session.release();
    const [weights, bias] = ['a.weight', 'a.bias'].map((name) => {
      const tensor = proto.graph?.initializer.find((each) => each.name === name);
      return tensor === undefined ? new Float32Array() : floatsOf(tensor);
    });
    const data = feeds.x?.data;
    const layout = windowLayout(node, [1, 3, 8, 9], [4, 3, 3, 3]);
    if (!(data instanceof Float32Array) || !(result?.data instanceof Float32Array) || layout === undefined) {
      throw new Error('no floats');
    }
    const [, , height = 0, width = 0] = result.dims;
    const places = Int32Array.from({ length: height * width }, (_, place) => place);
    const rows = new Float32Array(places.length * 27);
    copyWindows(layout, data, { first: 0, count: 3 }, places, rows, 0);
    for (const place of places) {
      for (let output = 0; output < 4; output += 1) {
        let sum = bias?.[output] ?? 0;
        for (let at = 0; at < 27; at += 1) sum += (rows[place * 27 + at] ?? 0) * (weights?.[output * 27 + at] ?? 0);
        expect(sum).toBeCloseTo(result.data[output * places.length + place] ?? Number.NaN, 4);
      }
    }
  });
});
