import type { ShellCallName } from './contract.ts';

/** Every channel the window may call. A test holds it against the schemas of the parameters, whose type is complete. */
export const shellCallNames: readonly ShellCallName[] = [
  'getState',
  'openPaths',
  'openDialog',
  'openSample',
  'removeVariant',
  'correctModel',
  'clearImages',
  'updateSettings',
  'look',
  'compareLayers',
  'compareGraphs',
  'providers',
  'predict',
  'importRecipe',
  'exportRecipe',
  'startJob',
  'cancelJob',
  'dismissJob',
  'saveBundle',
  'verifyBundle',
  'saveReport',
  'showInFolder',
  'reloadWindow',
];
