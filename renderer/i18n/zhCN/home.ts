import type { Dictionary } from '../en.ts';

export const home: Dictionary['home'] = {
  title: '拖入一个检测器和几张图片',
  lead: 'Boxwright 在本机运行 ONNX 格式的 YOLO 检测器，让它更小、更快，并准确展示发生了什么变化。数据不会离开这台电脑。',
  takesModels: '模型：.onnx',
  takesPictures: '图片：JPEG、PNG、WebP、BMP、TIFF、AVIF，或整个文件夹',
  takesDatasets: 'YOLO 数据集：data.yaml',
  takesBundles: '部署包：.zip',
  sampleHint: '随应用附带的小型检测器和带标注的图片。全部功能都可离线试用。',
  openNow: '当前打开',
  nothingOpen: '尚未打开任何内容。',
  seePictures: '查看检测框',
  clearPictures: '清空图片',
  machine: '本机',
  cores: (count) => `${count} 个核心`,
  vnni: '支持 VNNI：int8 模型在这里又快又准。',
  noVnni: '不支持 VNNI：int8 可以运行，8 位乘积会饱和之处使用 7 位权重。',
  providers: '可用于运行模型',
  available: '可用',
  unavailable: '不可用',
};
