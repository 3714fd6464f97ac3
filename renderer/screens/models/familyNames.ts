import type { HeadFamily } from '../../../models/types.ts';

/** What people call the detectors of each family. */
export const familyNames: Readonly<Record<HeadFamily, string>> = {
  v2: 'YOLOv2',
  v3: 'YOLOv3, v4',
  v5: 'YOLOv5, v7',
  v8: 'YOLOv6, v8, v9, v11, v12, v13',
  dfl: 'YOLOv8 … v13, DFL',
  yolox: 'YOLOX',
  'boxes-scores': 'YOLO-NAS, PP-YOLOE',
  nanodet: 'NanoDet, PicoDet',
  fastestdet: 'FastestDet',
  'yolo-fastestv2': 'Yolo-FastestV2',
  'end-to-end': 'YOLOv10, YOLO26',
  nms: 'NMS',
  'rt-detr': 'RT-DETR',
};
