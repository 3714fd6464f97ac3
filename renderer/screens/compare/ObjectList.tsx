import { classNameOf } from '../../../models/geometry/classMap.ts';
import { Section } from '../../components/Section.tsx';
import { useText } from '../../i18n/text.ts';
import { countFound, type JudgedObject } from '../../overlay/truth.ts';
import { sameTarget, setView, type Target, useView } from '../../state/view.ts';
import styles from './Details.module.css';
import { describeVerdict } from './describeVerdict.ts';
import type { Shown, ShownModel } from './shown.ts';

/** More objects than this are not listed: the picture shows them all. */
const mostRows = 60;

/** The labelled objects of the picture, and which cell of the first model found each. */
export function ObjectList({ model }: { readonly model: ShownModel }) {
  const text = useText();
  const on = useView(({ overlay }) => overlay.truth);
  const { variant, shown } = model;
  if (!on || !variant || !shown) return null;
  const { objects, look } = shown;
  if (!objects || !look.truth) {
    return (
      <Section title={text.compare.truth}>
        <p className={styles.note}>{text.grid.noLabels}</p>
      </Section>
    );
  }
  return (
    <Section title={text.grid.objects(countFound(objects), objects.length)}>
      {objects.length === 0 && look.truth.problems.length === 0 && <p className={styles.note}>{text.grid.noObjects}</p>}
      <ul className={styles.objects}>
        {objects.slice(0, mostRows).map((object, index) => (
          <Row
            // biome-ignore lint/suspicious/noArrayIndexKey: an object is known by its line in the label file
            key={index}
            object={object}
            shown={shown}
            target={{ kind: 'object', variantId: variant.id, object: index }}
          />
        ))}
      </ul>
      {objects.length > mostRows && <p className={styles.note}>{text.grid.more(objects.length - mostRows)}</p>}
      {look.truth.problems.length > 0 && (
        <p className={styles.note}>
          <span className="warn">{look.truth.path}</span>
          {look.truth.problems.map((problem) => (
            <span key={problem}> {problem}</span>
          ))}
        </p>
      )}
    </Section>
  );
}

function Row(props: { readonly object: JudgedObject; readonly shown: Shown; readonly target: Target }) {
  const text = useText();
  const { object, shown, target } = props;
  const pinned = useView((state) => sameTarget(state.pinned, target));
  const found = object.verdict.kind === 'found';
  return (
    <li>
      <button
        type="button"
        className={styles.object}
        aria-pressed={pinned}
        onPointerEnter={() => setView({ hovered: target })}
        onPointerLeave={() => setView({ hovered: null })}
        onClick={() => setView({ pinned: pinned ? null : target })}
      >
        <i className={found ? 'good' : 'bad'} aria-hidden>
          {found ? '✓' : '✗'}
        </i>
        <span>
          <b>{classNameOf(shown.look.classNames, object.classId)}</b> {describeVerdict(object.verdict, shown, text)}
        </span>
      </button>
    </li>
  );
}
