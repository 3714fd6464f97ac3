import { IconFile, IconFolder } from '@tabler/icons-react';
import type { ExportReport } from '../../../models/types.ts';
import { formatBytes } from '../../format.ts';
import { type BundleNode, makeBundleTree } from './bundleTree.ts';
import styles from './Export.module.css';

/** The files of a bundle with their sizes. */
export function BundleTree({ files }: { readonly files: ExportReport['files'] }) {
  return <Nodes nodes={makeBundleTree(files)} />;
}

function Nodes({ nodes }: { readonly nodes: readonly BundleNode[] }) {
  return (
    <ul className={styles.tree}>
      {nodes.map(({ name, bytes, children }) => (
        <li key={name}>
          <span>
            {children ? (
              <IconFolder size={15} stroke={1.6} aria-hidden />
            ) : (
              <IconFile size={15} stroke={1.6} aria-hidden />
            )}
            <span className="selectable">{name}</span>
            <span className="dim number">{formatBytes(bytes)}</span>
          </span>
          {children && <Nodes nodes={children} />}
        </li>
      ))}
    </ul>
  );
}
