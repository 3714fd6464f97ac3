import type { Dictionary } from '../en.ts';

export const error: Dictionary['error'] = {
  copyDetails: '复制详情',
  several: (count) => `${count} 个文件无法打开`,
  internal: '应用内部出错。详情有助于修复。',
  startFailed: '窗口无法连接到应用',
};
