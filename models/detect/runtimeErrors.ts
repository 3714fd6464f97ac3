import { StudioError } from '../errors.ts';

/** A damaged file can have names of any length, and the runtime quotes them: what is searched and kept has an end. */
const longestText = 4000;

function textOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.length > longestText ? `${text.slice(0, longestText)}…` : text;
}

/**
 * Turns what the native runtime threw while it opened `name` into one sentence a user can act on.
 * The runtime's own text is kept as detail.
 */
export function explainLoadError(name: string, error: unknown): StudioError {
  const text = textOf(error);
  const more = { detail: text.trim(), cause: error };
  const irVersion = /IR version: (\d+), max supported IR version: (\d+)/.exec(text);
  if (irVersion !== null) {
    return new StudioError(
      'model-unsupported',
      `${name} is written in ONNX IR version ${irVersion[1]}; the newest supported is ${irVersion[2]}.`,
      { ...more, hint: 'Export it again with a released version of the exporter.' },
    );
  }
  const opset = /Opset (\d+) is under development.*support for domain (\S+) is till opset (\d+)/s.exec(text);
  if (opset !== null) {
    return new StudioError(
      'model-unsupported',
      `${name} needs opset ${opset[1]} of ${opset[2]}; the newest supported is ${opset[3]}.`,
      { ...more, hint: `Export it again with opset ${opset[3]} or lower; 17 is safe.` },
    );
  }
  const operator =
    /No Op registered for (\S+) with/.exec(text) ?? /([\w.]+:\w+)\(-?\d+\) is not a registered/.exec(text);
  const plugin = /(?:Efficient\w*|Batched\w*)NMS\w*/.exec(operator?.[1] ?? '')?.[0];
  if (plugin !== undefined) {
    return new StudioError(
      'model-unsupported',
      `${name} suppresses boxes with ${plugin}, a plugin that only NVIDIA TensorRT has; it cannot run here.`,
      {
        ...more,
        hint: 'Export it again without it: plain outputs (boxes are then suppressed here) or ONNX NonMaxSuppression both run. In TensorRT the file runs as it is.',
      },
    );
  }
  if (operator !== null) {
    return new StudioError('model-unsupported', `${name} uses the unknown operator ${operator[1]}.`, {
      ...more,
      hint: 'It needs a custom operator library or another exporter.',
    });
  }
  const missing = /Could not find an implementation for (\w+)(\(\d+\))?/.exec(text);
  if (missing !== null) {
    return new StudioError(
      'model-unsupported',
      `${name} uses operator ${missing[1]} in a form that the runtime does not implement.`,
      { ...more, hint: 'Another precision or opset of the same model may run.' },
    );
  }
  if (/external data/i.test(text)) {
    const escapes = /escapes/.test(text);
    const path = /(?:does not exist|data path): "([^"]+)"/.exec(text)?.[1] ?? 'its weights';
    return new StudioError(
      'external-data',
      escapes
        ? `${name} keeps weights outside its own folder (${path}), which is refused.`
        : `${name} keeps weights in a file that is missing: ${path}.`,
      { ...more, hint: 'Keep the .onnx file and its data file together in one folder.' },
    );
  }
  if (/protobuf parsing failed|does not have a graph/i.test(text)) {
    return new StudioError('model-corrupt', `${name} is damaged or is not an ONNX model.`, {
      ...more,
      hint: 'Copy or download the file again.',
    });
  }
  return new StudioError('model-not-runnable', `${name} cannot be run: ${firstSentence(text)}`, more);
}

/** The runtime's text without source locations, one line, at most 300 characters. */
function firstSentence(text: string): string {
  const line =
    text
      // "<file>:<line> <function signature> Message": what counts starts behind the signature.
      .replace(/\S*onnxruntime_src\S*\s.*?[)&\]>]\s(?=[A-Z])/s, '')
      .trim()
      .split('\n')[0] ?? '';
  return line.length > 300 ? `${line.slice(0, 299)}…` : line;
}

/** The same for a fault while the model ran. */
export function explainRunError(name: string, error: unknown): StudioError {
  const text = textOf(error);
  return new StudioError('model-not-runnable', `${name} failed while running: ${firstSentence(text)}`, {
    detail: text.trim(),
    cause: error,
  });
}

/** A fault told with the name of its file, for code that reads outputs and knows no files. */
export function withFileName(name: string, error: unknown): unknown {
  if (!(error instanceof StudioError) || error.message.includes(name)) return error;
  const { code, message, detail, hint } = error;
  return new StudioError(code, `${name}: ${message}`, { detail, hint, cause: error });
}
