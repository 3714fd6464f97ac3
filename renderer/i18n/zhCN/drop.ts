import type { Dictionary } from '../en.ts';

export const drop: Dictionary['drop'] = {
  title: '松开即可打开',
  takes: 'ONNX 模型、图片、文件夹、data.yaml、部署包，可同时放入多个',
  noPaths: '拖入的内容没有对应的文件。请先保存为文件，再拖入该文件。',
};
