import { contextBridge, ipcRenderer, webUtils } from 'electron';
import type { ShellEventName, ShellEvents, StudioApi } from './contract.ts';

const studio = {
  getState: () => ipcRenderer.invoke('getState'),
  openPaths: (paths) => ipcRenderer.invoke('openPaths', paths),
  openDialog: (what) => ipcRenderer.invoke('openDialog', what),
  openSample: () => ipcRenderer.invoke('openSample'),
  removeVariant: (variantId) => ipcRenderer.invoke('removeVariant', variantId),
  correctModel: (request) => ipcRenderer.invoke('correctModel', request),
  clearImages: () => ipcRenderer.invoke('clearImages'),
  updateSettings: (change) => ipcRenderer.invoke('updateSettings', change),
  look: (request) => ipcRenderer.invoke('look', request),
  compareLayers: (request) => ipcRenderer.invoke('compareLayers', request),
  compareGraphs: (request) => ipcRenderer.invoke('compareGraphs', request),
  providers: () => ipcRenderer.invoke('providers'),
  predict: (request) => ipcRenderer.invoke('predict', request),
  importRecipe: () => ipcRenderer.invoke('importRecipe'),
  exportRecipe: (request) => ipcRenderer.invoke('exportRecipe', request),
  startJob: (request) => ipcRenderer.invoke('startJob', request),
  cancelJob: (jobId) => ipcRenderer.invoke('cancelJob', jobId),
  dismissJob: (jobId) => ipcRenderer.invoke('dismissJob', jobId),
  saveBundle: (jobId) => ipcRenderer.invoke('saveBundle', jobId),
  verifyBundle: (path) => ipcRenderer.invoke('verifyBundle', path),
  saveReport: (baselineId) => ipcRenderer.invoke('saveReport', baselineId),
  showInFolder: (path) => ipcRenderer.invoke('showInFolder', path),
  reloadWindow: () => ipcRenderer.invoke('reloadWindow'),
  pathOfFile: (file) => webUtils.getPathForFile(file),
  on: subscribe,
} satisfies StudioApi;

const eventNames: readonly string[] = [
  'project',
  'settings',
  'job',
  'jobDismissed',
  'command',
  'opened',
  'notice',
] satisfies readonly ShellEventName[];

function subscribe<Name extends ShellEventName>(name: Name, listener: (value: ShellEvents[Name]) => void): () => void {
  // The page can call this with anything; only the studio's own channels are for it.
  if (!eventNames.includes(name)) throw new Error(`There is no event ${String(name)}.`);
  const forward = (_event: Electron.IpcRendererEvent, value: ShellEvents[Name]): void => listener(value);
  ipcRenderer.on(name, forward);
  return () => ipcRenderer.off(name, forward);
}

contextBridge.exposeInMainWorld('studio', studio);
