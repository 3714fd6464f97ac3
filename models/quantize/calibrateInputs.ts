import type { Tensor } from 'onnxruntime-node';
import type { OperationContext } from '../api.ts';
import type { CalibrationInput } from './calibrate.ts';

type Loaded = { readonly data: Tensor } | { readonly error: unknown };

/** Gives the pictures in turn, each as what the network is fed. The next one is decoded while the network looks at this one. */
export async function* loadInTurn(
  inputs: readonly CalibrationInput[],
  inputName: string,
  step: string,
  context: OperationContext,
): AsyncGenerator<{ readonly path: string; readonly feeds: Readonly<Record<string, Tensor>> }> {
  let next = startLoading(inputs[0]);
  for (const [index, { path, extra }] of inputs.entries()) {
    context.signal.throwIfAborted();
    context.report({ step, fraction: index / inputs.length });
    const loaded = await next;
    if ('error' in loaded) throw loaded.error;
    next = startLoading(inputs[index + 1]);
    yield { path, feeds: { ...extra, [inputName]: loaded.data } };
  }
}

/** A picture that cannot be read is a value rather than a rejection that nobody awaits yet. */
async function startLoading(input: CalibrationInput | undefined): Promise<Loaded> {
  try {
    return input === undefined ? { error: new Error('There is no further picture.') } : { data: await input.load() };
  } catch (error) {
    return { error };
  }
}
