import { Tooltip } from '@mantine/core';
import { IconSortDescending } from '@tabler/icons-react';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useMemo, useRef, useState } from 'react';
import type { TrayImage } from '../../../electron/contract.ts';
import { formatSigned } from '../../format.ts';
import { useText } from '../../i18n/text.ts';
import type { Verdict } from '../../overlay/pictureFilter.ts';
import { listedPictures } from '../../state/listedPictures.ts';
import { lookAhead } from '../../state/looks.ts';
import { usePictureFilter } from '../../state/pictureFilter.ts';
import { findVariant, hidesGrid, type ProjectState, useProject } from '../../state/project.ts';
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
  const classNames = useComparedClasses();
  useLiveVerdicts();
  const { verdictOf, isCompared } = useVerdictOf();
  const compares = variantIds.length > 0;
  const images = listedPictures(tray, verdictOf, filter, compares, order === 'harm');
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
      <PictureFilters images={tray} verdictOf={verdictOf} classNames={classNames} compares={compares} />
      <div className={styles.strip}>
        <div className={styles.side}>
          <span className="dim number">{text.compare.stripPosition(current + 1, images.length)}</span>
          {(isCompared || order === 'harm') && (
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
                  aria-posinset={item.index + 1}
                  aria-setsize={images.length}
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

/** Names of the classes that boxes are counted by: the baseline's, and behind them the variant's own where it has others. */
function useComparedClasses(): readonly string[] {
  const baselineId = useView((state) => state.baselineId);
  const focusedId = useView((state) => state.focusedId);
  const namesOf = (id: string | null) => (state: ProjectState) =>
    findVariant(state.project, id)?.inspection.detector?.classNames ?? noNames;
  const before = useProject(namesOf(baselineId));
  const after = useProject(namesOf(focusedId));
  return useMemo(() => [...before, ...after], [before, after]);
}

/** Lost and extra boxes of a picture, or else the moved ones; what was measured at other thresholds says so. */
function Badge({ verdict }: { readonly verdict: Verdict | undefined }) {
  const text = useText();
  if (!verdict) return null;
  const { lost, extra, moved, current } = verdict;
  const about = current ? '' : '≈';
  const note = current ? '' : `, ${text.filters.otherThresholds}`;
  if (lost === 0 && extra === 0) {
    return (
      <em className={styles.badge}>
        <span aria-hidden>{moved > 0 ? `${about}↔\u202f${moved}` : `${about}=`}</span>
        <span className="hidden">{`${moved > 0 ? text.compare.badgeMoved(moved) : text.compare.same}${note}`}</span>
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
