import { describe, expect, it } from 'vitest';
import { parseView, serializeView } from './remember.ts';
import { useView } from './view.ts';

describe('the remembered view', () => {
  it('comes back as it was left', () => {
    const left = {
      ...useView.getInitialState(),
      screen: 'compare',
      mode: 'difference',
      baselineId: 'a',
      selectedId: 'b',
      variantIds: ['b', 'c'],
      imagePath: '/pictures/狗 1.jpg',
      overlay: {
        boxes: true,
        labels: false,
        candidates: false,
        truth: true,
        grid: true,
        heat: true,
        stride: 16,
        heatOf: 'objectness',
      },
      stripOrder: 'harm',
      dockTab: 'layers',
      dockHeight: 310,
      inspectorOpen: false,
      inspectorWidth: 410,
      explanationOpen: false,
    } as const;
    expect(left).toMatchObject(parseView(serializeView(left)));
    expect(parseView(serializeView(left))).toMatchObject({ screen: 'compare', overlay: { stride: 16 } });
  });

  it.each([null, '', '{', '[]', '"x"', 'null'])('is empty for %j', (text) => expect(parseView(text)).toEqual({}));

  it('leaves out what does not fit', () => {
    const damaged = {
      screen: 'annotate',
      mode: 7,
      variantIds: ['a', 3],
      overlay: { boxes: true },
      inspectorWidth: 1e9,
      baselineId: 'kept',
    };
    expect(parseView(JSON.stringify(damaged))).toEqual({ baselineId: 'kept' });
  });
});
