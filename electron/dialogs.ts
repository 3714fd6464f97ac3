import { type BrowserWindow, dialog, type FileFilter } from 'electron';

const filters = {
  models: [{ name: 'ONNX models', extensions: ['onnx'] }],
  images: [
    { name: 'Pictures', extensions: ['jpg', 'jpeg', 'png', 'webp', 'bmp', 'avif', 'tif', 'tiff'] },
    { name: 'Datasets', extensions: ['yaml', 'yml', 'json'] },
  ],
  bundle: [{ name: 'Bundles', extensions: ['zip'] }],
  recipe: [{ name: 'Recipes', extensions: ['json'] }],
  report: [
    { name: 'HTML reports', extensions: ['html'] },
    { name: 'Figures as CSV', extensions: ['csv'] },
    { name: 'Figures as JSON', extensions: ['json'] },
  ],
} satisfies Record<string, FileFilter[]>;

/** Asks for files or folders to open; empty when the user changed their mind. */
export async function askWhatToOpen(window: BrowserWindow, what: 'models' | 'images' | 'folder'): Promise<string[]> {
  const isFolder = what === 'folder';
  const { canceled, filePaths } = await dialog.showOpenDialog(window, {
    properties: [isFolder ? 'openDirectory' : 'openFile', 'multiSelections'],
    ...(isFolder ? {} : { filters: [...filters[what], { name: 'All files', extensions: ['*'] }] }),
  });
  return canceled ? [] : filePaths;
}

/** Asks for one bundle; null when the user changed their mind. */
export async function askForBundle(window: BrowserWindow): Promise<string | null> {
  const { canceled, filePaths } = await dialog.showOpenDialog(window, {
    properties: ['openFile'],
    filters: filters.bundle,
  });
  return canceled ? null : (filePaths[0] ?? null);
}

/** Asks for a file that holds a recipe, JSON or a variant; null when the user changed their mind. */
export async function askForRecipe(window: BrowserWindow): Promise<string | null> {
  const { canceled, filePaths } = await dialog.showOpenDialog(window, {
    properties: ['openFile'],
    filters: [{ name: 'Recipes and variants', extensions: ['json', 'onnx'] }],
  });
  return canceled ? null : (filePaths[0] ?? null);
}

/** Asks where to save a file; null when the user changed their mind. */
export async function askWhereToSave(
  window: BrowserWindow,
  kind: 'bundle' | 'report' | 'recipe',
  name: string,
): Promise<string | null> {
  const { canceled, filePath } = await dialog.showSaveDialog(window, { defaultPath: name, filters: filters[kind] });
  return canceled || filePath === '' ? null : filePath;
}
