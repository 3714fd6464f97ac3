/** The bar with the jobs. */
export const jobs = {
  label: 'Jobs',
  idle: 'No jobs. Long work appears here.',
  waiting: 'waiting',
  left: (time: string) => `${time} left`,
  cancelJob: (title: string) => `Cancel ${title}`,
  cancelled: 'cancelled',
  failed: 'failed',
  done: 'done',
  more: (count: number) => `${count} more`,
  showAll: 'All jobs',
  doneCompare: (count: number) => `compared on ${count === 1 ? '1 picture' : `${count} pictures`}`,
  doneExport: (size: string) => `bundle built and verified, ${size}`,
  doneExportFailed: 'bundle built, but not verified',
  donePresets: (presets: number) => (presets === 1 ? '1 preset found' : `${presets} presets found`),
  doneSensitivity: (layers: number) => (layers === 1 ? '1 layer measured' : `${layers} layers measured`),
  doneVariant: (f1: string) => `agreement F1 ${f1}`,
};
