import { Button, Select } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import type { SpecCorrection } from '../../../models/specSchema.ts';
import type { DetectorReport, HeadFamily } from '../../../models/types.ts';
import type { Dictionary } from '../../i18n/en.ts';
import { useText } from '../../i18n/text.ts';
import { ClassNamesField } from './ClassNamesField.tsx';
import {
  type Fault,
  type SpecForm as Form,
  type FormField,
  fillForm,
  readForm,
  readingsOf,
  recognisedUnder,
} from './correction.ts';
import { familyNames } from './familyNames.ts';
import styles from './Reading.module.css';
import { ChoiceField, type FieldState, TakeBack, TextField } from './SpecFields.tsx';
import { WholeSpec } from './WholeSpec.tsx';

/** Every part of a specification that people correct, compared as they type with what the file itself says. */
export function SpecForm(props: {
  readonly detector: DetectorReport;
  readonly busy: boolean;
  readonly onApply: (correction: SpecCorrection | string) => Promise<void>;
  readonly onCancel: () => void;
}) {
  const text = useText();
  const { detector } = props;
  const [form, setForm] = useState<Form>(() => fillForm(detector.spec));
  const recognised = recognisedUnder(form.family, detector);
  const before = fillForm(recognised);
  const { correction, changed, faults } = readForm(form, detector);
  const isUntouched = JSON.stringify(form) === JSON.stringify(fillForm(detector.spec));
  const set = (change: Partial<Form>) => setForm({ ...form, ...change });
  const stateOf = <Field extends FormField>(field: Field): FieldState<Form[Field]> => ({
    value: form[field],
    recognised: before[field],
    isChanged: changed.includes(field),
    fault: describeFault(faults[field], text),
    onChange: (value) => set({ [field]: value }),
  });
  const hasGrid = recognised.strides.length > 0;
  const hasAnchors = recognised.anchors !== undefined || (recognised.anchorsPerCell > 1 && !recognised.decodedInGraph);
  return (
    <form
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault();
        if (correction !== undefined && !isUntouched) void props.onApply(correction);
      }}
    >
      {detector.alternatives !== undefined && (
        <FamilyChoice
          value={form.family}
          detector={detector}
          onChange={(family) => setForm(fillForm(recognisedUnder(family, detector)))}
        />
      )}
      {recognised.input.dynamicSize && (
        <TextField label={text.reading.size} hint={text.reading.sizeHint} state={stateOf('size')} />
      )}
      <Pair>
        <ChoiceField label={text.reading.channels} state={stateOf('channels')} options={{ RGB: 'RGB', BGR: 'BGR' }} />
        <ScaleField state={stateOf('scale')} />
      </Pair>
      <Pair>
        <TextField label={text.reading.mean} state={stateOf('mean')} />
        <TextField label={text.reading.std} state={stateOf('std')} />
      </Pair>
      <Pair>
        <ChoiceField
          label={text.reading.resize}
          state={stateOf('resize')}
          options={{
            'letterbox-center': text.reading.letterboxCentre,
            'letterbox-topleft': text.reading.letterboxCorner,
            stretch: text.reading.stretch,
          }}
        />
        {form.resize !== 'stretch' && <TextField label={text.reading.padValue} state={stateOf('padValue')} />}
      </Pair>
      {hasGrid && <TextField label={text.reading.strides} hint={text.reading.stridesHint} state={stateOf('strides')} />}
      {hasAnchors && (
        <TextField label={text.reading.anchors} hint={text.reading.anchorsHint} state={stateOf('anchors')} lines />
      )}
      {hasGrid && (
        <Pair>
          {!recognised.decodedInGraph && (
            <ChoiceField
              label={text.reading.box}
              state={stateOf('box')}
              options={{ none: text.reading.applied, sigmoid: 'sigmoid' }}
            />
          )}
          {form.objectness !== 'absent' && (
            <ChoiceField
              label={text.reading.objectness}
              state={stateOf('objectness')}
              options={{ none: text.reading.applied, sigmoid: 'sigmoid' }}
            />
          )}
          <ChoiceField
            label={text.reading.classActivation}
            state={stateOf('classActivation')}
            options={{ none: text.reading.applied, sigmoid: 'sigmoid', softmax: 'softmax' }}
          />
        </Pair>
      )}
      <ClassNamesField classes={recognised.classes} state={stateOf('classNames')} />
      <div className={styles.actions}>
        <Button type="submit" loading={props.busy} disabled={correction === undefined || isUntouched}>
          {text.reading.apply}
        </Button>
        <Button variant="default" onClick={props.onCancel}>
          {text.reading.cancel}
        </Button>
        <span className="dim" role="status">
          {text.reading.differences(changed.length)}
        </span>
      </div>
      <WholeSpec busy={props.busy} onApply={props.onApply} whole={JSON.stringify(detector.spec, null, 2)} />
    </form>
  );
}

function Pair({ children }: { readonly children: ReactNode }) {
  return <div className={styles.pair}>{children}</div>;
}

/** The families that fit, with the one that is in use first. */
function FamilyChoice(props: {
  readonly value: HeadFamily;
  readonly detector: DetectorReport;
  readonly onChange: (family: HeadFamily) => void;
}) {
  const text = useText();
  const readings = readingsOf(props.detector);
  return (
    <Select
      label={text.reading.family}
      data={readings.map(({ family }) => ({ value: family, label: `${family} · ${familyNames[family]}` }))}
      value={props.value}
      onChange={(value) => {
        const chosen = readings.find(({ family }) => family === value);
        if (chosen !== undefined) props.onChange(chosen.family);
      }}
    />
  );
}

const unitScale = '1/255';
const byteScale = '1';

/** The two scales that nearly every model has, or any other number. */
function ScaleField({ state }: { readonly state: FieldState<string> }) {
  const text = useText();
  const isUsual = state.value === unitScale || state.value === byteScale;
  const [isOwn, setOwn] = useState(!isUsual);
  const labels: Readonly<Record<string, string>> = {
    [unitScale]: text.reading.unitScale,
    [byteScale]: text.reading.byteScale,
  };
  return (
    <div className={styles.stack}>
      <Select
        label={text.reading.scale}
        data={[
          ...Object.entries(labels).map(([value, label]) => ({ value, label })),
          { value: '', label: text.reading.ownScale },
        ]}
        value={isOwn || !isUsual ? '' : state.value}
        onChange={(value) => {
          setOwn(value === '');
          if (value) state.onChange(value);
        }}
      />
      {isOwn || !isUsual ? (
        <TextField label={text.reading.scaleFactor} state={state} />
      ) : (
        <TakeBack label={text.reading.scale} state={state} nameOf={(value) => labels[value] ?? value} />
      )}
    </div>
  );
}

function describeFault(fault: Fault | undefined, text: Dictionary): string | null {
  switch (fault?.kind) {
    case undefined:
      return null;
    case 'unreadable':
      return text.reading.unreadable;
    case 'strides':
      return text.reading.inStrides(fault.step);
    case 'byte':
      return text.reading.byte;
    case 'zero':
      return text.reading.zero;
    case 'names':
      return text.reading.wrongNames(fault.names, fault.classes);
    case 'levels':
      return text.reading.wrongLevels(fault.levels);
    case 'anchors':
      return text.reading.wrongAnchors(fault.perCell);
  }
}
