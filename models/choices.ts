/** Words that a person, a file or a caller chooses among: the types, the schemas and the command line take them from here. */

/** Every family of heads that can be read. */
export const headFamilies = [
  'v2',
  'v3',
  'v5',
  'v8',
  'dfl',
  'yolox',
  'boxes-scores',
  'nanodet',
  'fastestdet',
  'yolo-fastestv2',
  'end-to-end',
  'nms',
  'rt-detr',
] as const;

/** What can run a model. */
export const providerNames = ['cpu', 'webgpu', 'cuda', 'tensorrt', 'dml', 'coreml'] as const;

/** What a model computes in. */
export const modelPrecisions = ['fp32', 'fp16', 'int8-qdq', 'int8-dynamic', 'mixed'] as const;

/** Aims that presets are chosen by. */
export const presetNames = ['smaller', 'faster', 'gpu-fp16', 'edge-int8'] as const;

/** How the labels of a dataset can be written. */
export const datasetFormats = ['yolo', 'coco', 'voc'] as const;
