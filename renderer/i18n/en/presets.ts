/** Optimize: presets. */
export const presets = {
  title: 'Presets',
  explain:
    'Recipes for usual aims, each really applied and measured on this machine with your pictures. This takes a minute or more; what is made for it is deleted again.',
  measuredOn: (device: string, images: number) =>
    `Measured on ${device}, ${images === 1 ? '1 picture' : `${images} pictures`}.`,
  use: 'Use this recipe',
  tried: 'Tried',
  aims: {
    smaller: { title: 'Smaller', aim: 'The smallest file that keeps the boxes.' },
    faster: { title: 'Faster on this CPU', aim: 'The shortest median run on this CPU that keeps the boxes.' },
    'gpu-fp16': { title: 'GPU fp16', aim: 'Half precision, for GPUs that compute in it.' },
    'edge-int8': { title: 'Edge int8', aim: 'The plainest int8, which most accelerators take.' },
  },
};
