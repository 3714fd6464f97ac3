import type { Dictionary } from '../en.ts';

export const error: Dictionary['error'] = {
  copyDetails: '复制详情',
  several: (count) => `${count} 个文件无法打开`,
  internal: '应用内部出错。详情有助于修复。',
  startFailed: '窗口无法连接到应用',
  screenFailed: (screen) => `无法显示“${screen}”`,
  screenFailedText: '其他界面和运行中的任务不受影响，已生成的内容不会丢失。',
  notLoaded: '应用的一部分未能加载。',
  notLoadedHint: '窗口打开期间，应用的文件可能被替换了。重试会重新打开窗口，任务不会中断。',
};
