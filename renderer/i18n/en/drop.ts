/** Files that are dropped. */
export const drop = {
  title: 'Drop to open',
  takes: 'ONNX models, pictures, folders, data.yaml, bundles: several at once',
  noPaths: 'What was dropped has no file behind it. Save it to a file first, then drop the file.',
};
