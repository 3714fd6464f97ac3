/** Optimize: sensitivity of layers. */
export const sensitivity = {
  title: 'Sensitivity',
  chart: 'What each layer loses',
  target: 'What is to be done to the layers',
  quantize: {
    name: 'Quantize',
    explain:
      'Which layers suffer when they alone are quantized? Measuring takes about as long as quantizing. Then click a layer to keep it in float.',
    click: 'Click a layer to keep it in float, again to let go.',
    drawn: 'Noise beside its signal',
    figure: 'SQNR dB',
  },
  prune: {
    name: 'Prune channels',
    explain:
      'Which layers suffer when they alone lose channels? The largest are pruned at 10, 30 and 50 % each. Then click one to keep it whole.',
    click: 'Click a layer to keep it whole, again to let go.',
    drawn: 'Drop of F1 without 30 %',
    figure: 'Channels',
  },
  noPictures: 'Measuring needs pictures. Drop some that look like what the model will see.',
  notRunnable: 'This model cannot be run as a detector, so there is nothing to measure.',
  measure: 'Measure',
  again: 'Measure again',
  measuredOn: (pictures: number) =>
    `Measured on ${pictures === 1 ? '1 picture' : `${pictures} pictures`}, worst first.`,
  otherOptions: 'The options of the step have changed since.',
  layer: 'Layer',
  drop: 'Drop',
  keptByPattern: (pattern: string) => `Kept by the pattern ${pattern}`,
  nameless: 'This node has no name, so it cannot be kept.',
};
