import type { Dictionary } from '../en.ts';

export const jobs: Dictionary['jobs'] = {
  label: '任务',
  idle: '没有任务。耗时的工作会显示在这里。',
  waiting: '等待中',
  left: (time) => `剩余 ${time}`,
  cancelJob: (title) => `取消 ${title}`,
  cancelled: '已取消',
  failed: '失败',
  done: '完成',
  more: (count) => `另有 ${count} 个`,
  showAll: '全部任务',
  doneCompare: (count) => `已在 ${count} 张图片上对比`,
  doneExport: (size) => `部署包已构建并验证，${size}`,
  doneExportFailed: '部署包已构建，但未通过验证',
  donePresets: (presets) => `找到 ${presets} 个预设`,
  doneSensitivity: (layers) => `已测量 ${layers} 层`,
  doneVariant: (f1) => `一致度 F1 ${f1}`,
};
