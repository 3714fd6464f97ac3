import type { Dictionary } from '../en.ts';

export const filters: Dictionary['filters'] = {
  label: '筛选图片',
  lost: '丢失',
  extra: '多出',
  moved: '移位',
  changedClass: '类别改变',
  size: '大小',
  anySize: '任意大小',
  small: '小：32² 像素以下',
  medium: '中：96² 像素以下',
  large: '大',
  class: '类别',
  anyClass: '任意类别',
  search: '按名称查找',
  clear: '显示全部',
  letGo: '取消此选择',
  nothing: '没有符合筛选条件的图片。',
  otherThresholds: '按其他阈值测得',
};
