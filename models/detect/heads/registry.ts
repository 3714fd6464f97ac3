import type { HeadFamily } from '../../types.ts';
import { boxesScoresHead } from './boxesScores.ts';
import { dflHead } from './dfl.ts';
import { endToEndHead } from './endToEnd.ts';
import { fastestDetHead } from './fastestDet.ts';
import type { Head } from './head.ts';
import { nanoDetHead } from './nanoDet.ts';
import { nmsHead } from './nms.ts';
import { rtDetrHead } from './rtDetr.ts';
import { v2Head } from './v2.ts';
import { v3Head } from './v3.ts';
import { v5Head } from './v5.ts';
import { v8Head } from './v8.ts';
import { yoloFastestV2Head } from './yoloFastestV2.ts';
import { yoloxHead } from './yolox.ts';

/** Every family that can be read; a new one needs its file and a line here. Where two fit alike, the first is taken. */
export const heads = {
  v8: v8Head,
  v5: v5Head,
  yolox: yoloxHead,
  'end-to-end': endToEndHead,
  nms: nmsHead,
  'rt-detr': rtDetrHead,
  dfl: dflHead,
  'boxes-scores': boxesScoresHead,
  nanodet: nanoDetHead,
  fastestdet: fastestDetHead,
  'yolo-fastestv2': yoloFastestV2Head,
  v3: v3Head,
  v2: v2Head,
} as const satisfies Record<HeadFamily, Head>;
