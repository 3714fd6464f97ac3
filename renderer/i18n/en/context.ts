/** The bar above all screens. */
export const context = {
  pictures: 'Pictures',
  device: 'Device',
  threads: (count: number) => (count === 1 ? '1 thread' : `${count} threads`),
  allThreads: 'all cores',
  addVariant: 'Add a variant',
  removeVariant: (name: string) => `Take ${name} out of the comparison`,
  noModel: 'no model',
  palette: 'Every action by name',
  inspector: 'Inspector',
};
