import { IconDownload } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { useText } from '../i18n/text.ts';
import { openFiles } from '../state/actions.ts';
import { pathOfFile } from '../studio.ts';
import styles from './DropOverlay.module.css';
import { showProblem } from './notify.tsx';

function carriesFiles(event: DragEvent): boolean {
  return event.dataTransfer?.types.includes('Files') ?? false;
}

/** Takes files dropped anywhere in the window, and says so while they hover. */
export function DropOverlay() {
  const text = useText();
  const [over, setOver] = useState(false);
  const noPaths = text.drop.noPaths;

  useEffect(() => {
    // Entering a child fires before leaving its parent, so the depth tells whether the pointer is still inside.
    let depth = 0;
    const enter = (event: DragEvent) => {
      if (!carriesFiles(event)) return;
      event.preventDefault();
      depth += 1;
      setOver(true);
    };
    const hover = (event: DragEvent) => {
      if (!carriesFiles(event)) return;
      event.preventDefault();
      if (event.dataTransfer) event.dataTransfer.dropEffect = 'copy';
    };
    const leave = (event: DragEvent) => {
      if (!carriesFiles(event)) return;
      depth = Math.max(0, depth - 1);
      if (depth === 0) setOver(false);
    };
    const drop = (event: DragEvent) => {
      event.preventDefault();
      depth = 0;
      setOver(false);
      const files = Array.from(event.dataTransfer?.files ?? []);
      if (files.length === 0) return;
      const paths = files.map(pathOfFile).filter((path) => path !== '');
      if (paths.length === 0) showProblem({ code: 'file-not-found', message: noPaths });
      else void openFiles(paths);
    };
    window.addEventListener('dragenter', enter);
    window.addEventListener('dragover', hover);
    window.addEventListener('dragleave', leave);
    window.addEventListener('drop', drop);
    return () => {
      window.removeEventListener('dragenter', enter);
      window.removeEventListener('dragover', hover);
      window.removeEventListener('dragleave', leave);
      window.removeEventListener('drop', drop);
    };
  }, [noPaths]);

  if (!over) return null;
  return (
    <div className={styles.overlay} aria-hidden>
      <div>
        <IconDownload size={40} stroke={1.4} />
        <strong>{text.drop.title}</strong>
        <span>{text.drop.takes}</span>
      </div>
    </div>
  );
}
