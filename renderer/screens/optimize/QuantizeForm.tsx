import { NumberInput, Select } from '@mantine/core';
import type { QuantizeOptions } from '../../../models/recipeSchema.ts';
import { useText } from '../../i18n/text.ts';
import { useProject } from '../../state/project.ts';
import { Choice } from './Choice.tsx';
import styles from './Form.module.css';
import { IntegerOptions } from './IntegerOptions.tsx';
import { KeepPatterns } from './KeepPatterns.tsx';

export interface QuantizeFields {
  readonly options: QuantizeOptions;
  readonly onChange: (change: Partial<QuantizeOptions>) => void;
}

/** Options of quantization; those that a precision does not know are not shown. */
export function QuantizeForm({ options, onChange }: QuantizeFields) {
  const text = useText().optimize;
  const isStatic = options.precision === 'int8' || options.precision === '16x8';
  const hints = {
    int8: text.int8Text,
    'int8-dynamic': text.int8DynamicText,
    '16x8': text.int16Text,
    fp16: text.fp16Text,
  } as const;
  return (
    <div className={styles.fields}>
      <Choice
        label={text.precision}
        value={options.precision}
        onChange={(precision) => onChange({ precision })}
        data={[
          { value: 'int8', label: text.int8 },
          { value: 'int8-dynamic', label: text.int8Dynamic },
          { value: '16x8', label: text.int16 },
          { value: 'fp16', label: text.fp16 },
        ]}
        hint={hints[options.precision]}
      />
      {isStatic && <Calibration options={options} onChange={onChange} />}
      {options.precision !== 'fp16' && <IntegerOptions options={options} onChange={onChange} />}
      {isStatic && <Search options={options} onChange={onChange} />}
      <KeepPatterns keep={options.keep} onChange={(keep) => onChange({ keep })} />
    </div>
  );
}

const calibrators = [
  'minmax',
  'average',
  'percentile',
  'entropy',
  'mse',
] as const satisfies readonly QuantizeOptions['calibrator'][];

function Calibration({ options, onChange }: QuantizeFields) {
  const text = useText().optimize;
  const { calibrator, percentile, samples } = options;
  const pictures = useProject((state) => state.project.images.length);
  const names = {
    minmax: text.minmax,
    average: text.average,
    percentile: text.percentile,
    entropy: text.entropy,
    mse: text.squaredError,
  } as const;
  return (
    <>
      {pictures > 0 && (
        <p className={styles.hint}>
          {samples < pictures ? text.calibrationSome(samples, pictures) : text.calibration(pictures)}
        </p>
      )}
      <Select
        label={text.calibrator}
        value={calibrator}
        onChange={(chosen) => onChange({ calibrator: calibrators.find((name) => name === chosen) ?? calibrator })}
        data={calibrators.map((value) => ({ value, label: names[value] }))}
      />
      <div className={styles.pair}>
        <NumberInput
          label={text.samples}
          min={1}
          max={100_000}
          allowDecimal={false}
          value={samples}
          onChange={(value) => typeof value === 'number' && onChange({ samples: value })}
        />
        {calibrator === 'percentile' && (
          <NumberInput
            label={text.percentileValue}
            min={50}
            max={100}
            step={0.1}
            decimalScale={4}
            value={percentile}
            onChange={(value) => typeof value === 'number' && onChange({ percentile: value })}
          />
        )}
      </div>
    </>
  );
}

/** How far agreement may drop, and how many variants may be tried to keep it there. */
function Search({ options, onChange }: QuantizeFields) {
  const text = useText().optimize;
  const { maxDrop, trials } = options;
  return (
    <div>
      <div className={styles.pair}>
        <NumberInput
          label={text.maxDrop}
          placeholder={text.noSearch}
          min={0}
          max={1}
          step={0.01}
          decimalScale={4}
          value={maxDrop ?? ''}
          onChange={(value) => onChange({ maxDrop: typeof value === 'number' ? value : undefined })}
        />
        {maxDrop !== undefined && (
          <NumberInput
            label={text.trials}
            min={1}
            max={1000}
            allowDecimal={false}
            value={trials}
            onChange={(value) => typeof value === 'number' && onChange({ trials: value })}
          />
        )}
      </div>
      <p className={styles.hint}>{text.maxDropHint}</p>
    </div>
  );
}
