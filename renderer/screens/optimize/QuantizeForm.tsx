import { NumberInput, Switch } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { Section } from '../../components/Section.tsx';
import { useText } from '../../i18n/text.ts';
import { useProject } from '../../state/project.ts';
import { setQuantizeOptions, useView } from '../../state/view.ts';
import { Choice } from './Choice.tsx';
import { KeepPatterns } from './KeepPatterns.tsx';
import styles from './Optimize.module.css';

/** Options of quantization; those that a precision does not know are not shown. */
export function QuantizeForm() {
  const text = useText();
  const options = useView((state) => state.quantizeOptions);
  const isStatic = options.precision === 'int8' || options.precision === '16x8';
  const hints = {
    int8: text.optimize.int8Text,
    'int8-dynamic': text.optimize.int8DynamicText,
    '16x8': text.optimize.int16Text,
    fp16: text.optimize.fp16Text,
  } as const;
  return (
    <Section title={text.optimize.quantize}>
      <div className={styles.fields}>
        <Choice
          label={text.optimize.precision}
          value={options.precision}
          onChange={(precision) => setQuantizeOptions({ precision })}
          data={[
            { value: 'int8', label: text.optimize.int8 },
            { value: 'int8-dynamic', label: text.optimize.int8Dynamic },
            { value: '16x8', label: text.optimize.int16 },
            { value: 'fp16', label: text.optimize.fp16 },
          ]}
          hint={hints[options.precision]}
        />
        {isStatic && <Calibration />}
        {options.precision !== 'fp16' && <IntegerOptions />}
        {isStatic && <Search />}
        <KeepPatterns keep={options.keep} onChange={(keep) => setQuantizeOptions({ keep })} />
      </div>
    </Section>
  );
}

function Calibration() {
  const text = useText();
  const { calibrator, percentile, samples } = useView((state) => state.quantizeOptions);
  const pictures = useProject((state) => state.project.images.length);
  return (
    <>
      {pictures > 0 && (
        <p className={styles.hint}>
          {samples < pictures ? text.optimize.calibrationSome(samples, pictures) : text.optimize.calibration(pictures)}
        </p>
      )}
      <Choice
        label={text.optimize.calibrator}
        value={calibrator}
        onChange={(chosen) => setQuantizeOptions({ calibrator: chosen })}
        data={[
          { value: 'minmax', label: text.optimize.minmax },
          { value: 'average', label: text.optimize.average },
          { value: 'percentile', label: text.optimize.percentile },
          { value: 'entropy', label: text.optimize.entropy },
          { value: 'mse', label: text.optimize.squaredError },
        ]}
      />
      <div className={styles.pair}>
        <NumberInput
          label={text.optimize.samples}
          min={1}
          max={100_000}
          allowDecimal={false}
          value={samples}
          onChange={(value) => typeof value === 'number' && setQuantizeOptions({ samples: value })}
        />
        {calibrator === 'percentile' && (
          <NumberInput
            label={text.optimize.percentileValue}
            min={50}
            max={100}
            step={0.1}
            decimalScale={4}
            value={percentile}
            onChange={(value) => typeof value === 'number' && setQuantizeOptions({ percentile: value })}
          />
        )}
      </div>
    </>
  );
}

/** How far agreement may drop, and how many variants may be tried to keep it there. */
function Search() {
  const text = useText();
  const { maxDrop, trials } = useView((state) => state.quantizeOptions);
  return (
    <div className={styles.pair}>
      <NumberInput
        label={text.optimize.maxDrop}
        description={text.optimize.maxDropHint}
        min={0}
        max={1}
        step={0.01}
        decimalScale={4}
        value={maxDrop ?? ''}
        onChange={(value) => setQuantizeOptions({ maxDrop: typeof value === 'number' ? value : undefined })}
      />
      {maxDrop !== undefined && (
        <NumberInput
          label={text.optimize.trials}
          min={1}
          max={1000}
          allowDecimal={false}
          value={trials}
          onChange={(value) => typeof value === 'number' && setQuantizeOptions({ trials: value })}
        />
      )}
    </div>
  );
}

function IntegerOptions() {
  const text = useText();
  const { precision, perTensor, activations, reduceRange, headGuard } = useView((state) => state.quantizeOptions);
  return (
    <>
      <Switch
        label={text.optimize.headGuard}
        description={text.optimize.headGuardHint}
        checked={headGuard}
        onChange={(event) => setQuantizeOptions({ headGuard: event.currentTarget.checked })}
      />
      {!headGuard && (
        <p className={styles.warning} role="alert">
          <IconAlertTriangle size={16} aria-hidden /> {text.optimize.headGuardOff}
        </p>
      )}
      <Switch
        label={text.optimize.perTensor}
        description={text.optimize.perTensorHint}
        checked={perTensor}
        onChange={(event) => setQuantizeOptions({ perTensor: event.currentTarget.checked })}
      />
      {precision === 'int8' && (
        <Choice
          label={text.optimize.activations}
          value={activations}
          onChange={(chosen) => setQuantizeOptions({ activations: chosen })}
          data={['uint8', 'int8']}
        />
      )}
      {precision !== '16x8' && (
        <Choice
          label={text.optimize.reduceRange}
          value={reduceRange === undefined ? 'auto' : reduceRange ? 'on' : 'off'}
          onChange={(choice) => setQuantizeOptions({ reduceRange: choice === 'auto' ? undefined : choice === 'on' })}
          data={[
            { value: 'auto', label: text.optimize.auto },
            { value: 'on', label: text.optimize.on },
            { value: 'off', label: text.optimize.off },
          ]}
          hint={text.optimize.reduceRangeHint}
        />
      )}
    </>
  );
}
