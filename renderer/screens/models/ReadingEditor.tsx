import { Button } from '@mantine/core';
import { useRef, useState } from 'react';
import type { Variant } from '../../../electron/contract.ts';
import { reportError } from '../../../models/errors.ts';
import type { SpecCorrection } from '../../../models/specSchema.ts';
import type { DetectorReport } from '../../../models/types.ts';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';
import { Section } from '../../components/Section.tsx';
import { useText } from '../../i18n/text.ts';
import { setView, useView } from '../../state/view.ts';
import { correctModel } from '../../studio.ts';
import { describePart } from './describePart.ts';
import { familyNames } from './familyNames.ts';
import styles from './Reading.module.css';
import { SpecForm } from './SpecForm.tsx';
import { WholeSpec } from './WholeSpec.tsx';

/** Lets the user say better how a model is fed and read. What is said is kept beside the model. */
export function ReadingEditor({ variant }: { readonly variant: Variant }) {
  const text = useText();
  const { detector } = variant.inspection;
  const isOpen = useView((state) => state.readingOpen);
  const setOpen = (readingOpen: boolean) => setView({ readingOpen });
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const opener = useRef<HTMLButtonElement>(null);
  const close = () => {
    setOpen(false);
    setError(null);
    // What had the focus is gone; what it was opened from says how the model is read now.
    opener.current?.focus();
  };
  const apply = async (correction: SpecCorrection | string | null) => {
    setBusy(true);
    setError(null);
    try {
      await correctModel(variant.id, correction);
      close();
    } catch (fault) {
      setError(fault);
    } finally {
      setBusy(false);
    }
  };
  const corrected = detector?.corrected;
  return (
    <Section title={text.reading.title}>
      <p className={corrected === undefined ? 'dim' : styles.corrected}>
        {corrected !== undefined
          ? text.reading.corrected(corrected.map((part) => describePart(part, text)).join(', '))
          : detector === null
            ? text.reading.notRead
            : text.reading.recognised}
      </p>
      {detector?.alternatives !== undefined && (
        <Alternatives alternatives={detector.alternatives} busy={busy} onChoose={(family) => void apply({ family })} />
      )}
      <div className={styles.actions}>
        <Button
          ref={opener}
          variant="default"
          aria-expanded={isOpen}
          disabled={!variant.present}
          onClick={() => setOpen(!isOpen)}
        >
          {text.reading.correct}
        </Button>
        {corrected !== undefined && (
          <Button variant="subtle" disabled={busy || !variant.present} onClick={() => void apply(null)}>
            {text.reading.reset}
          </Button>
        )}
      </div>
      {isOpen &&
        (detector === null ? (
          <WholeSpec busy={busy} onApply={apply} />
        ) : (
          <SpecForm
            key={JSON.stringify(detector.spec)}
            detector={detector}
            busy={busy}
            onApply={apply}
            onCancel={close}
          />
        ))}
      {error !== null && <ErrorNotice error={reportError(error)} />}
    </Section>
  );
}

/** Other families whose outputs would look alike, each with a button that reads the model so. */
function Alternatives(props: {
  readonly alternatives: NonNullable<DetectorReport['alternatives']>;
  readonly busy: boolean;
  readonly onChoose: (family: DetectorReport['family']) => void;
}) {
  const text = useText();
  return (
    <>
      <p className="dim">{text.reading.alsoFits}</p>
      <ul className={styles.alternatives}>
        {props.alternatives.map(({ family, head, evidence }) => (
          <li key={family}>
            <strong>{familyNames[family]}</strong>
            <span className="selectable">{head}</span>
            <details>
              <summary>{text.reading.why}</summary>
              <ul className="selectable">
                {evidence.map((sentence) => (
                  <li key={sentence}>{sentence}</li>
                ))}
              </ul>
            </details>
            <Button size="compact-xs" variant="default" disabled={props.busy} onClick={() => props.onChoose(family)}>
              {text.reading.readAs(family)}
            </Button>
          </li>
        ))}
      </ul>
    </>
  );
}
