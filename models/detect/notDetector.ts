import { formatDims } from './formatDims.ts';
import type { OutputFacts } from './heads/head.ts';

/** One sentence part ("it ...") that says what a model without a known head seems to be. */
export function describeUnknownHead(outputs: readonly OutputFacts[], size: readonly [number, number]): string {
  const [output, ...others] = outputs;
  if (output === undefined) return 'it has no outputs';
  const named = outputs
    .slice(0, 4)
    .map(({ name, dims }) => `"${name}" ${formatDims(dims)}`)
    .join(', ');
  const { dims } = output;
  if (others.length === 0) {
    if (dims.length === 2 && (dims[0] === 1 || dims[0] === null) && (dims[1] ?? 0) > 1) {
      return `it seems to be a classifier: its only output "${output.name}" is one row of ${dims[1]} scores`;
    }
    if (dims.length === 4 && (dims[1] ?? 0) > 5) {
      return `its output ${named} is one grid of values that no known head joins so`;
    }
  }
  if (outputs.filter((candidate) => candidate.dims.length >= 4).length >= 2) {
    return `its outputs ${named} are levels of a grid that no known head has so`;
  }
  if (dims.length > 0 && dims.some((dim) => dim === null)) {
    return `the shape of its output ${named} depends on the data, and no known detection head is so`;
  }
  return `its output ${named} fits no known detection head at ${size[1]} x ${size[0]}`;
}

/** Tasks that find boxes, whatever else they find. */
const boxTasks = ['detect', 'segment', 'pose', 'obb'];

/** Why a model whose metadata name another task is not read as a detector. */
export function misleadingReason(task: string | undefined): string | undefined {
  if (task === undefined || boxTasks.includes(task)) return undefined;
  return `its metadata say that its task is "${task.slice(0, 100)}", not detection`;
}
