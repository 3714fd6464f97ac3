import { Tooltip } from '@mantine/core';
import { IconSortDescending } from '@tabler/icons-react';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useMemo, useRef, useState } from 'react';
import type { TrayImage } from '../../../electron/contract.ts';
import { formatSigned } from '../../format.ts';
import { useText } from '../../i18n/text.ts';
import { listPictures, type Verdict } from '../../overlay/pictureFilter.ts';
import { lookAhead } from '../../state/looks.ts';
import { usePictureFilter } from '../../state/pictureFilter.ts';
import { findVariant, hidesGrid, useProject } from '../../state/project.ts';
import { useLiveVerdicts, useVerdictOf } from '../../state/verdicts.ts';
import { setView, showImage, useView } from '../../state/view.ts';
import styles from './ImageStrip.module.css';
import { PictureFilters } from './PictureFilters.tsx';
import { decodeAhead } from './picture.ts';

const thumbnailWidth = 86;

/** All pictures in a row; only those in sight exist, so a hundred thousand scroll as well as ten. */
export function ImageStrip() {
  const text = useText();
  const scroller = useRef<HTMLDivElement>(null);
  const tray = useProject((state) => state.project.images);
  const imagePath = useView((state) => state.imagePath);
  const order = useView((state) => state.stripOrder);
  const baselineId = useView((state) => state.baselineId);
  const variantIds = useView((state) => state.variantIds);
  const asksGrid = useView(({ overlay }) => overlay.grid || overlay.heat);
  const filter = usePictureFilter((state) => state.filter);
  const classNames = useProject(
    ({ project }) => findVariant(project, baselineId)?.inspection.detector?.classNames ?? noNames,
  );
  useLiveVerdicts();
  const { verdictOf, isCompared } = useVerdictOf();
  const images = useMemo(
    () => listPictures(tray, verdictOf, filter, order === 'harm'),
    [tray, verdictOf, filter, order],
  );
  const current = images.findIndex(({ path }) => path === imagePath);
  const strip = useVirtualizer({
    horizontal: true,
    count: images.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => thumbnailWidth,
    overscan: 6,
  });

  useEffect(() => {
    if (current < 0) return;
    strip.scrollToIndex(current, { align: 'auto' });
    // Who leafs with the keyboard inside the strip stays on the picture that is shown.
    const list = scroller.current;
    if (!list?.contains(document.activeElement)) return;
    list.querySelector<HTMLElement>('[aria-selected="true"]')?.focus({ preventScroll: true });
  }, [current, strip]);

  // People leaf on more often than back, and sometimes fast.
  const next = images[current + 1];
  const previous = images[current - 1];
  const afterNext = images[current + 2];
  useEffect(() => {
    const near = [next, previous, afterNext].filter((image) => image !== undefined);
    for (const { url } of near) decodeAhead(url);
    const models = baselineId === null ? [] : [baselineId, ...variantIds];
    lookAhead(near.flatMap(({ path }) => models.map((id) => ({ variantId: id, imagePath: path, grid: asksFor(id) }))));
    function asksFor(id: string): boolean {
      return asksGrid && hidesGrid(findVariant(useProject.getState().project, id));
    }
  }, [next, previous, afterNext, baselineId, variantIds, asksGrid]);

  return (
    <>
      <PictureFilters images={tray} verdictOf={verdictOf} classNames={classNames} compares={variantIds.length > 0} />
      <div className={styles.strip}>
        <div className={styles.side}>
          <span className="dim number">{text.compare.stripPosition(current + 1, images.length)}</span>
          {isCompared && (
            <Tooltip label={text.compare.orderHarmLong}>
              <button
                type="button"
                className={styles.order}
                aria-pressed={order === 'harm'}
                aria-keyshortcuts="R"
                onClick={() => setView({ stripOrder: order === 'harm' ? 'tray' : 'harm' })}
              >
                <IconSortDescending size={14} stroke={1.7} aria-hidden />
                {text.compare.orderHarm}
              </button>
            </Tooltip>
          )}
        </div>
        {images.length === 0 && tray.length > 0 && <p className={styles.nothing}>{text.filters.nothing}</p>}
        <div ref={scroller} className={styles.scroller} role="listbox" aria-label={text.compare.strip} tabIndex={-1}>
          <div style={{ width: strip.getTotalSize() }} className={styles.row}>
            {strip.getVirtualItems().map((item) => {
              const image = images[item.index];
              if (!image) return null;
              const on = image.path === imagePath;
              return (
                <button
                  type="button"
                  key={image.path}
                  role="option"
                  aria-selected={on}
                  tabIndex={on ? 0 : -1}
                  className={styles.thumbnail}
                  style={{ transform: `translateX(${item.start}px)` }}
                  title={image.name}
                  onClick={() => showImage(image.path)}
                >
                  <Thumbnail image={image} />
                  <Badge verdict={verdictOf(image.path)} />
                </button>
              );
            })}
          </div>
        </div>
      </div>
    </>
  );
}

/** Milliseconds that a picture must be in sight before it is asked for: those that fly past cost nothing. */
const restBeforeLoading = 80;

function Thumbnail({ image }: { readonly image: TrayImage }) {
  const [isResting, setResting] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setResting(true), restBeforeLoading);
    return () => clearTimeout(timer);
  }, []);
  if (!isResting) return null;
  return <img src={image.thumbnailUrl} alt={image.name} decoding="async" draggable={false} />;
}

const noNames: readonly string[] = [];

/** Lost and extra boxes of a picture; what was measured at other thresholds says so. */
function Badge({ verdict }: { readonly verdict: Verdict | undefined }) {
  const text = useText();
  if (!verdict) return null;
  const { lost, extra, current } = verdict;
  const about = current ? '' : '≈';
  const note = current ? '' : `, ${text.filters.otherThresholds}`;
  if (lost === 0 && extra === 0) {
    return (
      <em className={styles.badge}>
        <span aria-hidden>{`${about}=`}</span>
        <span className="hidden">{`${text.compare.same}${note}`}</span>
      </em>
    );
  }
  const signs = [...(lost > 0 ? [formatSigned(-lost, 0)] : []), ...(extra > 0 ? [formatSigned(extra, 0)] : [])];
  return (
    <em className={`${styles.badge} ${styles.harm}`}>
      <span aria-hidden>{`${about}${signs.join(' ')}`}</span>
      <span className="hidden">{`${text.compare.badge(lost, extra)}${note}`}</span>
    </em>
  );
}
