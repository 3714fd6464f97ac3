import { classNameOf } from '../../../models/geometry/classMap.ts';
import { toInputX, toInputY } from '../../../models/geometry/letterbox.ts';
import { type Fact, Facts } from '../../components/Facts.tsx';
import { Section } from '../../components/Section.tsx';
import { useText } from '../../i18n/text.ts';
import styles from './Details.module.css';
import { describeVerdict } from './describeVerdict.ts';
import type { Shown } from './shown.ts';

/** A labelled object: the cell of each level that its middle lies in, the level that fits it, and what became of it. */
export function ObjectDetails({ shown, index }: { readonly shown: Shown; readonly index: number }) {
  const text = useText();
  const { look, objects } = shown;
  const object = objects?.[index];
  if (!object) return null;
  const { placement } = look;
  const [left, top, right, bottom] = object.box;
  const width = toInputX(placement, right) - toInputX(placement, left);
  const height = toInputY(placement, bottom) - toInputY(placement, top);
  const facts: Fact[] = [
    [text.grid.sizeInInput, `${width.toFixed(0)} × ${height.toFixed(0)} px`],
    ...object.cells.map(({ cell, anchor }, at): Fact => {
      const place = text.grid.place(cell.row, cell.column);
      const note = anchor === null ? text.grid.fits : text.grid.fitsAnchor(anchor + 1);
      return [
        text.grid.ownCell(look.levels[cell.level]?.stride ?? 0),
        at === object.fitting ? (
          <>
            {place} <b className={styles.fits}>{note}</b>
          </>
        ) : (
          place
        ),
      ];
    }),
  ];
  const found = object.verdict.kind === 'found';
  return (
    <Section title={text.grid.object(classNameOf(look.classNames, object.classId))}>
      <p className={styles.verdict}>
        <i className={found ? 'good' : 'bad'} aria-hidden>
          {found ? '✓' : '✗'}
        </i>{' '}
        {describeVerdict(object.verdict, shown, text)}
      </p>
      <Facts facts={facts} />
      {object.cells.length > 0 && <p className={styles.note}>{text.grid.fitsNote}</p>}
    </Section>
  );
}
