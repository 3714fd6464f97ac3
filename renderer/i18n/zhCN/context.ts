import type { Dictionary } from '../en.ts';

export const context: Dictionary['context'] = {
  pictures: '图片',
  device: '设备',
  threads: (count) => `${count} 线程`,
  allThreads: '全部核心',
  addVariant: '添加变体',
  removeVariant: (name) => `从对比中移除 ${name}`,
  noModel: '无模型',
  palette: '按名称查找操作',
  inspector: '检查器',
};
