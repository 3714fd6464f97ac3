/** Export. */
export const exportScreen = {
  title: 'Export',
  emptyText:
    'Open a detector first. A bundle holds everything that is needed to run it right elsewhere, and to prove it.',
  stepVariant: 'Variant',
  stepTarget: 'Target',
  stepVerify: 'Build and verify',
  stepSave: 'Save',
  node: 'onnxruntime for Node',
  nodeText: 'Model, manifest, labels, a runnable example, golden pictures with expected boxes, and a verify script.',
  license: 'Licence of the model',
  licenseHint: 'Goes into the manifest, for example MIT or AGPL-3.0',
  build: 'Build and verify',
  building: 'Building and verifying…',
  buildText:
    'The bundle’s own example is run in a clean process and compared with the golden boxes. Only a bundle that passes should be saved.',
  checks: 'Checks',
  passed: 'Verified',
  failed: 'Not verified',
  files: 'Files in the bundle',
  save: 'Save the bundle…',
  saved: (path: string) => `Saved to ${path}`,
  verifyOther: 'Verify a bundle…',
  verifyOtherText: 'Checks any bundle, also one made elsewhere. Code that Boxwright did not write is never executed.',
  verifyResult: 'Result of the check',
  notBuilt: 'Not built yet.',
};
