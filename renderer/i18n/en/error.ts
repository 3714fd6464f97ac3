/** Errors. */
export const error = {
  copyDetails: 'Copy details',
  several: (count: number) => `${count} files could not be opened`,
  internal: 'Something went wrong inside the app. The details help to mend it.',
  startFailed: 'The window could not reach the app',
};
