/** A dataset by the end of its path, with the folder that it is in: many are called data.yaml. */
export function nameDataset(path: string): string {
  return path
    .split(/[\\/]/)
    .filter((part) => part !== '')
    .slice(-2)
    .join('/');
}
