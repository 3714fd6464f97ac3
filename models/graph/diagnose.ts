import { StudioError } from '../errors.ts';
import { describeForeignFile } from './foreignFile.ts';
import { walkFields } from './wire.ts';

/** Field numbers of ModelProto, and of the graph within it. */
const modelFields = new Set([1, 2, 3, 4, 5, 6, 7, 8, 14, 20, 25, 26]);
const graphField = 7;

function count(bytes: number): string {
  return bytes.toLocaleString('en');
}

/**
 * Says what is wrong with a file that could not be decoded as an ONNX model, or that decoded to nothing: another kind of
 * file, a cut download (with the size it should at least have), or damage inside (with the place).
 */
export function diagnoseUndecodable(path: string, bytes: Uint8Array, cause?: unknown): StudioError {
  const foreign = describeForeignFile(bytes);
  if (foreign !== undefined) {
    return new StudioError('not-onnx', `${path} is not an ONNX model: it ${foreign.what}.`, {
      hint: foreign.hint,
      cause,
    });
  }
  // As deep as the runtime's own decoder goes.
  if (cause instanceof Error && /recursion depth/.test(cause.message)) {
    return new StudioError(
      'model-corrupt',
      `${path} is damaged or made to harm: its parts lie more than 100 deep one within the other.`,
      { detail: `The decoder said: ${cause.message}`, hint: 'Download or export the model again.', cause },
    );
  }
  const detail = cause instanceof Error ? { detail: `The decoder said: ${cause.message}` } : {};
  const hint = 'Download or export the model again, and compare the size with the original.';
  const { fields, sound, stoppedAt } = walkFields(bytes, 0, bytes.byteLength);
  const last = fields.at(-1);
  const looksLikeModel = last !== undefined && fields.every((field) => modelFields.has(field.number));
  if (looksLikeModel && last.end > bytes.byteLength) {
    return new StudioError(
      'model-corrupt',
      `${path} is cut short: it has ${count(bytes.byteLength)} bytes and should have at least ${count(last.end)} (${count(last.end - bytes.byteLength)} are missing).`,
      { ...detail, hint, cause },
    );
  }
  const graph = fields.find((field) => field.number === graphField);
  if (looksLikeModel && graph !== undefined) {
    const inside = walkFields(bytes, graph.start, graph.end);
    const place = inside.sound ? (sound ? undefined : stoppedAt) : inside.stoppedAt;
    const near = place === undefined ? 'inside its graph' : `near byte ${count(place)} of ${count(bytes.byteLength)}`;
    return new StudioError('model-corrupt', `${path} is damaged ${near}: the data there is not what ONNX files hold.`, {
      ...detail,
      hint,
      cause,
    });
  }
  if (looksLikeModel && sound) {
    return new StudioError('model-corrupt', `${path} begins like an ONNX model but holds no graph.`, {
      ...detail,
      hint,
    });
  }
  return new StudioError('not-onnx', `${path} is not an ONNX model: its content is of no kind that is known here.`, {
    ...detail,
    hint: 'Choose the .onnx file of the model. Models of other formats must be exported to ONNX first.',
    cause,
  });
}
