import { floatsOf } from '../../graph/tensors.ts';
import type { Convolution } from './convolutions.ts';
import type { Gramian } from './gramian.ts';
import { nearestSolution } from './leastSquares.ts';

/** How firmly weights are held where samples say little, as a share of the mean power of the inputs. */
const ridge = 0.01;

/** What a convolution sees and what it should give, at the same places of all pictures. */
export interface Sample {
  /** For every group: what its windows hold, [places, inputs of a group x kernel]. */
  readonly windows: readonly Float32Array[];
  /** [places, outputs] */
  readonly wanted: Float32Array;
}

/** Weights as the convolution has them, and one bias an output. */
export interface Refitted {
  readonly weights: Float32Array<ArrayBuffer>;
  readonly bias: Float32Array<ArrayBuffer>;
}

/** Takes the mean of every column away, in place, and gives the means. */
function center(rows: Float32Array, columns: number): Float64Array {
  const means = new Float64Array(columns);
  const count = rows.length / columns;
  for (let start = 0; start < rows.length; start += columns) {
    for (let column = 0; column < columns; column += 1) {
      means[column] = (means[column] ?? 0) + (rows[start + column] ?? 0) / count;
    }
  }
  for (let start = 0; start < rows.length; start += columns) {
    for (let column = 0; column < columns; column += 1) {
      rows[start + column] = (rows[start + column] ?? 0) - (means[column] ?? 0);
    }
  }
  return means;
}

function divide(values: Float32Array, count: number): Float32Array {
  return values.map((value) => value / count);
}

/**
 * The bias, and with `least-squares` the weights, with which a convolution comes nearest to what it should give: ridge
 * regression of its output from its windows, around the weights it has (He et al., Channel Pruning, ICCV 2017).
 */
export async function refit(
  { weights: tensor, dims, groups }: Convolution,
  { windows, wanted }: Sample,
  mode: 'bias' | 'least-squares',
  gramian: Gramian,
): Promise<Refitted> {
  const weights = floatsOf(tensor);
  const bias = new Float32Array(dims[0]);
  const inputs = dims[1] * dims[2] * dims[3];
  const outputs = dims[0] / groups;
  const count = wanted.length / dims[0];
  for (const [group, rows] of windows.entries()) {
    const first = group * outputs;
    const own = new Float32Array(count * outputs);
    for (let row = 0; row < count; row += 1) {
      own.set(wanted.subarray(row * dims[0] + first, row * dims[0] + first + outputs), row * outputs);
    }
    const inputMeans = center(rows, inputs);
    const outputMeans = center(own, outputs);
    const present = new Float64Array(inputs * outputs);
    for (let output = 0; output < outputs; output += 1) {
      for (let input = 0; input < inputs; input += 1) {
        present[input * outputs + output] = weights[(first + output) * inputs + input] ?? 0;
      }
    }
    let solution: Float64Array | undefined;
    if (mode === 'least-squares') {
      const { gram, cross } = await gramian.multiply(rows, inputs, own, outputs);
      const normal = { gram: divide(gram, count), cross: divide(cross, count), inputs, outputs };
      solution = nearestSolution(normal, present, ridge);
    }
    const chosen = solution ?? present;
    for (let output = 0; output < outputs; output += 1) {
      let rest = outputMeans[output] ?? 0;
      for (let input = 0; input < inputs; input += 1) {
        const weight = chosen[input * outputs + output] ?? 0;
        weights[(first + output) * inputs + input] = weight;
        rest -= weight * (inputMeans[input] ?? 0);
      }
      bias[first + output] = rest;
    }
  }
  return { weights, bias };
}
