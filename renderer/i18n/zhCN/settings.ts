import type { Dictionary } from '../en.ts';

export const settings: Dictionary['settings'] = {
  title: '设置',
  appearance: '外观',
  colorScheme: '配色',
  dark: '深色',
  light: '浅色',
  system: '跟随系统',
  language: '语言',
  running: '运行模型',
  provider: '运行后端',
  threads: '线程数',
  threadsHint: '留空则使用全部核心。',
  thresholds: '初始阈值',
  about: '关于',
  version: '版本',
  electron: 'Electron 版本',
  platform: '平台',
  logFolder: '日志文件夹',
};
