/** Errors. */
export const error = {
  copyDetails: 'Copy details',
  several: (count: number) => `${count} files could not be opened`,
  internal: 'Something went wrong inside the app. The details help to mend it.',
  startFailed: 'The window could not reach the app',
  screenFailed: (screen: string) => `${screen} could not be shown`,
  screenFailedText: 'The other screens and running jobs go on, and nothing that was made is lost.',
  notLoaded: 'A part of the app could not be loaded.',
  notLoadedHint:
    'Its files may have been replaced while the window was open. Trying again opens the window anew; jobs go on.',
};
