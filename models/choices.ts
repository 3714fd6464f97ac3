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

/** How a model is pruned. */
export const pruneMethods = ['magnitude', '2:4', 'channel'] as const;

/** Whether weights or channels are ranked over the whole model or in each layer. */
export const pruneScopes = ['global', 'layer'] as const;

/** How channels that are taken out are made up for. */
export const recoveries = ['none', 'bias', 'least-squares'] as const;

/** What a model can be quantized to. */
export const quantizePrecisions = ['int8', 'int8-dynamic', '16x8', 'fp16'] as const;

/** How ranges of activations follow from pictures. */
export const calibrators = ['minmax', 'average', 'percentile', 'entropy', 'mse'] as const;

/** Types of quantized activations. */
export const activationTypes = ['uint8', 'int8'] as const;
