/** Where the correction of how a model is read is kept: beside the model. */
export function correctionPathOf(model: string): string {
  return `${model}.boxwright.json`;
}
