import type { HeadSpec, ModelFacts } from './head.ts';

export interface InputGuess {
  readonly reading: HeadSpec['input'];
  readonly evidence: readonly string[];
  readonly warnings: readonly string[];
}

const usual = { channels: 'RGB', scale: 1 / 255, resize: 'letterbox-center' } as const;

/** How the exporters of finished boxes feed pictures: the outputs do not tell, the other inputs and the names do. */
export function finishedInput(model: ModelFacts, { outputs, rows }: Pick<HeadSpec, 'outputs' | 'rows'>): InputGuess {
  const hasInput = (name: string) => model.extraInputs.some((input) => input.name === name);
  if (hasInput('scale_factor') || hasInput('im_shape')) {
    return {
      reading: { ...usual, resize: 'stretch' },
      evidence: ['Inputs named as PaddleDetection names them: pictures are stretched to the input.'],
      warnings: [
        'PaddleDetection keeps mean and deviation of the pictures outside the model; none are applied (as for PP-YOLOE+). Older models need those of ImageNet.',
      ],
    };
  }
  if (hasInput('image_shape')) {
    return {
      reading: { ...usual, padValue: 128 },
      evidence: ['An input "image_shape", as exports of Keras models have it: bars are grey 128.'],
      warnings: [],
    };
  }
  if (outputs.some(({ name }) => /flat_predictions|num_predictions|pred_(boxes|scores|classes)/.test(name))) {
    return {
      reading: { ...usual, channels: 'BGR' },
      evidence: ['Outputs named as super-gradients names them: YOLO-NAS is trained on BGR.'],
      warnings: [],
    };
  }
  if (rows?.columns.length === 2) {
    const isYolox = model.hasOperator('Exp');
    return {
      reading: isYolox ? { channels: 'BGR', scale: 1, resize: 'letterbox-topleft' } : usual,
      evidence: isYolox ? ['Box sizes come from an exponential, as in YOLOX: pictures go in as BGR, 0..255.'] : [],
      warnings: ['Exports of mmdetection keep the scaling of pictures outside the model; the usual one is assumed.'],
    };
  }
  return { reading: usual, evidence: [], warnings: [] };
}
