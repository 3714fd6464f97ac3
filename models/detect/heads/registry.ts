import type { HeadFamily } from '../../types.ts';
import { endToEndHead } from './endToEnd.ts';
import type { Head } from './head.ts';
import { nmsHead } from './nms.ts';
import { rtDetrHead } from './rtDetr.ts';
import { v5Head } from './v5.ts';
import { v8Head } from './v8.ts';
import { yoloxHead } from './yolox.ts';

/** Every family that can be read; a new one needs its file and a line here. */
export const heads = {
  v5: v5Head,
  v8: v8Head,
  yolox: yoloxHead,
  'end-to-end': endToEndHead,
  nms: nmsHead,
  'rt-detr': rtDetrHead,
} as const satisfies Record<HeadFamily, Head>;
