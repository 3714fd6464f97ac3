import type { Dictionary } from '../en.ts';

export const presets: Dictionary['presets'] = {
  title: '预设',
  explain: '针对常见目标的配方，每个都会在本机上用您的图片实际应用并测量。需要一分钟或更久；为此生成的文件随后会删除。',
  measuredOn: (device, images) => `测量于 ${device}，${images} 张图片。`,
  use: '使用此配方',
  tried: '已尝试',
  aims: {
    smaller: { title: '更小', aim: '保持检测框的最小文件。' },
    faster: { title: '在此 CPU 上更快', aim: '保持检测框且在此 CPU 上中位耗时最短。' },
    'gpu-fp16': { title: 'GPU 半精度', aim: '半精度，适用于支持它的 GPU。' },
    'edge-int8': { title: '边缘 int8', aim: '最朴素的 int8，多数加速器都能接受。' },
  },
};
