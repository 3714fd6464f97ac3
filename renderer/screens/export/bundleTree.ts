/** A file or folder of a bundle. */
export interface BundleNode {
  readonly name: string;
  /** Of everything below it, for a folder. */
  readonly bytes: number;
  /** Null for a file. */
  readonly children: readonly BundleNode[] | null;
}

interface BundleFile {
  readonly path: string;
  readonly bytes: number;
}

/** Files with paths "a/b.txt" as a tree: folders first, then by name. */
export function makeBundleTree(files: readonly BundleFile[]): readonly BundleNode[] {
  const folders = new Map<string, BundleFile[]>();
  const nodes: BundleNode[] = [];
  for (const { path, bytes } of files) {
    const slash = path.indexOf('/');
    if (slash < 0) {
      nodes.push({ name: path, bytes, children: null });
      continue;
    }
    const folder = path.slice(0, slash);
    const inside = folders.get(folder) ?? [];
    inside.push({ path: path.slice(slash + 1), bytes });
    folders.set(folder, inside);
  }
  for (const [name, inside] of folders) {
    const bytes = inside.reduce((sum, file) => sum + file.bytes, 0);
    nodes.push({ name, bytes, children: makeBundleTree(inside) });
  }
  return nodes.sort(
    (a, b) => Number(a.children === null) - Number(b.children === null) || a.name.localeCompare(b.name, 'en'),
  );
}
