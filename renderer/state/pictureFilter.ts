import { create } from 'zustand';
import { noFilter, type PictureFilter } from '../overlay/pictureFilter.ts';

/** Which pictures of the tray Compare lists; not remembered, so that no picture is ever missing after a start. */
export const usePictureFilter = create<{ readonly filter: PictureFilter }>()(() => ({ filter: noFilter }));

/** Changes part of the filter. */
export const setPictureFilter = (change: Partial<PictureFilter>): void =>
  usePictureFilter.setState(({ filter }) => ({ filter: { ...filter, ...change } }));
