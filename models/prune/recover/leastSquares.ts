/**
 * Factors, in place, a symmetric positive definite matrix [size, size], row by row, into the lower triangle L of A = L * transpose(L).
 * @returns false where the matrix is not positive definite
 */
function factor(matrix: Float64Array, size: number): boolean {
  for (let row = 0; row < size; row += 1) {
    const rowStart = row * size;
    for (let column = 0; column <= row; column += 1) {
      const columnStart = column * size;
      let sum = matrix[rowStart + column] ?? 0;
      for (let at = 0; at < column; at += 1) sum -= (matrix[rowStart + at] ?? 0) * (matrix[columnStart + at] ?? 0);
      if (row !== column) matrix[rowStart + column] = sum / (matrix[columnStart + column] ?? 1);
      else if (sum > 0) matrix[rowStart + row] = Math.sqrt(sum);
      else return false;
    }
  }
  return true;
}

/** Solves L * transpose(L) * X = B in place for every column of B [size, columns]. */
function substitute(lower: Float64Array, size: number, right: Float64Array, columns: number): void {
  for (let row = 0; row < size; row += 1) {
    for (let at = 0; at < row; at += 1) subtractRow(right, columns, row, at, lower[row * size + at] ?? 0);
    scaleRow(right, columns, row, 1 / (lower[row * size + row] ?? 1));
  }
  for (let row = size - 1; row >= 0; row -= 1) {
    for (let at = row + 1; at < size; at += 1) subtractRow(right, columns, row, at, lower[at * size + row] ?? 0);
    scaleRow(right, columns, row, 1 / (lower[row * size + row] ?? 1));
  }
}

function subtractRow(matrix: Float64Array, columns: number, row: number, other: number, factor: number): void {
  const [to, from] = [row * columns, other * columns];
  for (let column = 0; column < columns; column += 1) {
    matrix[to + column] = (matrix[to + column] ?? 0) - factor * (matrix[from + column] ?? 0);
  }
}

function scaleRow(matrix: Float64Array, columns: number, row: number, factor: number): void {
  for (let at = row * columns; at < (row + 1) * columns; at += 1) matrix[at] = (matrix[at] ?? 0) * factor;
}

/** What is known about a linear layer from samples of its input and of the output it should give, both without their means. */
export interface Normal {
  /** Mean of the products of inputs [inputs, inputs]. */
  readonly gram: Float32Array;
  /** Mean of the products of inputs and wanted outputs [inputs, outputs]. */
  readonly cross: Float32Array;
  readonly inputs: number;
  readonly outputs: number;
}

/**
 * The weights [inputs, outputs] that give the wanted outputs with the least mean squared error while staying near those that
 * are there: w + (G + r * trace(G) / inputs)^-1 * (C - G * w), ridge regression around w.
 * @param ridge how firmly they are held; above 0
 * @returns undefined where the samples hold what is not finite
 */
export function nearestSolution(
  { gram, cross, inputs, outputs }: Normal,
  weights: Float64Array,
  ridge: number,
): Float64Array | undefined {
  let trace = 0;
  for (let at = 0; at < inputs; at += 1) trace += gram[at * inputs + at] ?? 0;
  if (trace === 0) return weights;
  const matrix = Float64Array.from(gram);
  const residual = Float64Array.from(cross);
  for (let row = 0; row < inputs; row += 1) {
    for (let at = 0; at < inputs; at += 1) {
      const product = gram[row * inputs + at] ?? 0;
      const from = at * outputs;
      const to = row * outputs;
      for (let output = 0; output < outputs; output += 1) {
        residual[to + output] = (residual[to + output] ?? 0) - product * (weights[from + output] ?? 0);
      }
    }
    const diagonal = row * inputs + row;
    matrix[diagonal] = (matrix[diagonal] ?? 0) + (ridge * trace) / inputs;
  }
  if (!factor(matrix, inputs)) return undefined;
  substitute(matrix, inputs, residual, outputs);
  const solution = residual.map((step, at) => step + (weights[at] ?? 0));
  return solution.every(Number.isFinite) ? solution : undefined;
}
