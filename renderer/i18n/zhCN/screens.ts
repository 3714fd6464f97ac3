import type { Dictionary } from '../en.ts';

export const screens: Dictionary['screens'] = {
  home: '主页',
  models: '模型',
  compare: '对比',
  optimize: '优化',
  export: '导出',
  settings: '设置',
};
