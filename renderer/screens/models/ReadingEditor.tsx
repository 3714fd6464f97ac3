import { Button, Select, Textarea, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { Variant } from '../../../electron/contract.ts';
import { reportError } from '../../../models/errors.ts';
import type { SpecCorrection } from '../../../models/specSchema.ts';
import type { DetectorReport } from '../../../models/types.ts';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';
import { Section } from '../../components/Section.tsx';
import { useText } from '../../i18n/text.ts';
import { forgetLooks } from '../../state/looks.ts';
import { correctModel } from '../../studio.ts';
import { fillForm, readForm, type SpecForm } from './correction.ts';
import styles from './Models.module.css';

/** Lets the user say better how a model is fed and read. What is said is kept beside the model. */
export function ReadingEditor({ variant }: { readonly variant: Variant }) {
  const text = useText();
  const { detector } = variant.inspection;
  const [isOpen, setOpen] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const apply = async (correction: SpecCorrection | string | null) => {
    setBusy(true);
    setError(null);
    try {
      await correctModel(variant.id, correction);
      forgetLooks();
      setOpen(false);
    } catch (fault) {
      setError(fault);
    } finally {
      setBusy(false);
    }
  };
  const corrected = detector?.corrected;
  return (
    <Section title={text.reading.title}>
      <p>{corrected === undefined ? text.reading.recognised : text.reading.corrected(corrected.join(', '))}</p>
      {detector?.alternatives?.map(({ family, head }) => (
        <div key={family} className={styles.alternative}>
          <span>{head}</span>
          <Button size="xs" variant="default" disabled={busy} onClick={() => void apply({ family })}>
            {text.reading.readAs(family)}
          </Button>
        </div>
      ))}
      <div className={styles.actions}>
        <Button variant="default" onClick={() => setOpen(!isOpen)} aria-expanded={isOpen}>
          {text.reading.correct}
        </Button>
        {corrected !== undefined && (
          <Button variant="subtle" disabled={busy} onClick={() => void apply(null)}>
            {text.reading.reset}
          </Button>
        )}
      </div>
      {error !== null && <ErrorNotice error={reportError(error)} />}
      {isOpen &&
        (detector === null ? (
          <WholeSpec busy={busy} onApply={apply} />
        ) : (
          <SpecFields key={JSON.stringify(detector.spec)} detector={detector} busy={busy} onApply={apply} />
        ))}
    </Section>
  );
}

interface EditorProps {
  readonly busy: boolean;
  readonly onApply: (correction: SpecCorrection | string) => Promise<void>;
}

function SpecFields({ detector, busy, onApply }: EditorProps & { readonly detector: DetectorReport }) {
  const text = useText();
  const [form, setForm] = useState<SpecForm>(() => fillForm(detector.spec));
  const reading = readForm(form, detector);
  const wrong: readonly string[] = 'wrong' in reading ? reading.wrong : [];
  const set = (change: Partial<SpecForm>) => setForm({ ...form, ...change });
  const errorOf = (field: keyof SpecForm) => (wrong.includes(field) ? text.reading.unreadable : undefined);
  const words = (field: 'size' | 'scale' | 'mean' | 'std' | 'padValue' | 'strides', hint?: string) => (
    <TextInput
      label={text.reading[field]}
      description={hint}
      value={form[field]}
      error={errorOf(field)}
      onChange={(event) => set({ [field]: event.currentTarget.value })}
      spellCheck={false}
    />
  );
  const hasAnchors =
    detector.spec.anchors !== undefined || (detector.spec.anchorsPerCell > 1 && !detector.decodedInGraph);
  return (
    <form
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault();
        if ('correction' in reading) void onApply(reading.correction);
      }}
    >
      {detector.spec.input.dynamicSize && words('size', text.reading.sizeHint)}
      <div className={styles.pair}>
        <Select
          label={text.reading.channels}
          data={['RGB', 'BGR']}
          value={form.channels}
          allowDeselect={false}
          onChange={(value) => (value === 'RGB' || value === 'BGR') && set({ channels: value })}
        />
        {words('scale')}
      </div>
      <div className={styles.pair}>
        {words('mean')}
        {words('std')}
      </div>
      <div className={styles.pair}>
        <Select
          label={text.reading.resize}
          data={['letterbox-center', 'letterbox-topleft', 'stretch']}
          value={form.resize}
          allowDeselect={false}
          onChange={(value) =>
            (value === 'letterbox-center' || value === 'letterbox-topleft' || value === 'stretch') &&
            set({ resize: value })
          }
        />
        {words('padValue')}
      </div>
      {detector.strides.length > 0 && words('strides', text.reading.stridesHint)}
      {hasAnchors && (
        <Textarea
          label={text.reading.anchors}
          description={text.reading.anchorsHint}
          autosize
          minRows={2}
          maxRows={8}
          value={form.anchors}
          error={errorOf('anchors')}
          onChange={(event) => set({ anchors: event.currentTarget.value })}
          spellCheck={false}
        />
      )}
      {detector.strides.length > 0 && (
        <div className={styles.pair}>
          {detector.spec.activation.objectness !== 'absent' && (
            <Select
              label={text.reading.objectness}
              data={[
                { value: 'none', label: text.reading.applied },
                { value: 'sigmoid', label: 'sigmoid' },
              ]}
              value={form.objectness}
              allowDeselect={false}
              onChange={(value) => (value === 'none' || value === 'sigmoid') && set({ objectness: value })}
            />
          )}
          <Select
            label={text.reading.classActivation}
            data={[
              { value: 'none', label: text.reading.applied },
              { value: 'sigmoid', label: 'sigmoid' },
              { value: 'softmax', label: 'softmax' },
            ]}
            value={form.classActivation}
            allowDeselect={false}
            onChange={(value) =>
              (value === 'none' || value === 'sigmoid' || value === 'softmax') && set({ classActivation: value })
            }
          />
        </div>
      )}
      <Textarea
        label={text.reading.classNames(detector.classes)}
        description={text.reading.classNamesHint}
        autosize
        minRows={3}
        maxRows={12}
        value={form.classNames}
        onChange={(event) => set({ classNames: event.currentTarget.value })}
        spellCheck={false}
      />
      <div className={styles.actions}>
        <Button type="submit" loading={busy} disabled={!('changed' in reading) || reading.changed.length === 0}>
          {text.reading.apply}
        </Button>
      </div>
      <WholeSpec busy={busy} onApply={onApply} whole={JSON.stringify(detector.spec, null, 2)} />
    </form>
  );
}

/** The specification as JSON: all of it, for what the form does not show. */
function WholeSpec({ busy, onApply, whole = '' }: EditorProps & { readonly whole?: string }) {
  const text = useText();
  const [json, setJson] = useState(whole);
  return (
    <details className={styles.whole} open={whole === ''}>
      <summary>{text.reading.whole}</summary>
      <Textarea
        aria-label={text.reading.whole}
        description={text.reading.wholeHint}
        autosize
        minRows={4}
        maxRows={16}
        value={json}
        onChange={(event) => setJson(event.currentTarget.value)}
        spellCheck={false}
      />
      <Button
        mt={8}
        variant="default"
        loading={busy}
        disabled={json.trim() === '' || json === whole}
        onClick={() => void onApply(json)}
      >
        {text.reading.apply}
      </Button>
    </details>
  );
}
