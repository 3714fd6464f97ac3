import type { Dictionary } from '../en.ts';

export const sensitivity: Dictionary['sensitivity'] = {
  title: '敏感度',
  chart: '每一层的损失',
  target: '对各层做什么',
  quantize: {
    name: '量化',
    explain: '单独量化时哪些层受影响最大？测量时间与量化相当。之后点击某一层即可让它保持浮点。',
    click: '点击某一层让它保持浮点，再次点击则放开。',
    drawn: '噪声与信号之比',
    figure: '信噪比 dB',
  },
  prune: {
    name: '剪通道',
    explain: '单独剪去通道时哪些层受影响最大？最大的层各剪 10%、30% 和 50%。之后点击某一层即可让它保持完整。',
    click: '点击某一层让它保持完整，再次点击则放开。',
    drawn: '剪去 30% 后 F1 的下降',
    figure: '通道',
  },
  noPictures: '测量需要图片。请拖入一些与实际场景相似的图片。',
  notRunnable: '该模型无法作为检测器运行，因此无从测量。',
  measure: '测量',
  again: '重新测量',
  measuredOn: (pictures) => `在 ${pictures} 张图片上测量，最差的在前。`,
  otherOptions: '此后步骤的选项已改变。',
  layer: '层',
  drop: '下降',
  keptByPattern: (pattern) => `由模式 ${pattern} 保留`,
  nameless: '该节点没有名称，因此无法保留。',
};
