/** A column of numbers that grows by doubling. */
export interface GrowingNumbers {
  values: Float64Array;
  length: number;
}

/** An empty column. */
export function growingNumbers(): GrowingNumbers {
  return { values: new Float64Array(4096), length: 0 };
}

/** Adds a value at the end. */
export function append(column: GrowingNumbers, value: number): void {
  if (column.length === column.values.length) {
    const larger = new Float64Array(2 * column.length);
    larger.set(column.values);
    column.values = larger;
  }
  column.values[column.length] = value;
  column.length += 1;
}

/** What was appended. */
export function filled(column: GrowingNumbers): Float64Array {
  return column.values.subarray(0, column.length);
}
