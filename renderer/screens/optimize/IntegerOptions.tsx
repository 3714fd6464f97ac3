import type { ProvidersReport } from '../../../models/types.ts';
import type { Dictionary } from '../../i18n/en.ts';
import { useText } from '../../i18n/text.ts';
import { useProject } from '../../state/project.ts';
import { Choice } from './Choice.tsx';
import type { QuantizeFields } from './QuantizeForm.tsx';
import { Toggle } from './Toggle.tsx';

/** What weights and activations in integers may look like. */
export function IntegerOptions({ options, onChange }: QuantizeFields) {
  const text = useText().optimize;
  const { precision, perTensor, activations, symmetric, headGuard, stemGuard } = options;
  return (
    <>
      <Toggle
        label={text.headGuard}
        hint={text.headGuardHint}
        warning={headGuard ? undefined : text.headGuardOff}
        checked={headGuard}
        onChange={(checked) => onChange({ headGuard: checked })}
      />
      {precision === 'int8' && (
        <Toggle
          label={text.stemGuard}
          hint={text.stemGuardHint}
          checked={stemGuard}
          onChange={(checked) => onChange({ stemGuard: checked })}
        />
      )}
      <Toggle
        label={text.perTensor}
        hint={text.perTensorHint}
        checked={perTensor}
        onChange={(checked) => onChange({ perTensor: checked })}
      />
      {precision !== 'int8-dynamic' && (
        <>
          <Choice
            label={text.activations}
            value={activations}
            onChange={(chosen) => onChange({ activations: chosen })}
            data={
              precision === '16x8'
                ? [
                    { value: 'uint8', label: 'uint16' },
                    { value: 'int8', label: 'int16' },
                  ]
                : ['uint8', 'int8']
            }
          />
          <Toggle
            label={text.symmetric}
            hint={text.symmetricHint}
            checked={symmetric}
            onChange={(checked) => onChange({ symmetric: checked })}
          />
        </>
      )}
      {precision !== '16x8' && <ReducedRange options={options} onChange={onChange} />}
    </>
  );
}

function ReducedRange({ options: { reduceRange }, onChange }: QuantizeFields) {
  const text = useText().optimize;
  const providers = useProject((state) => state.providers);
  return (
    <Choice
      label={text.reduceRange}
      value={reduceRange === undefined ? 'auto' : reduceRange ? 'on' : 'off'}
      onChange={(choice) => onChange({ reduceRange: choice === 'auto' ? undefined : choice === 'on' })}
      data={[
        { value: 'auto', label: text.auto },
        { value: 'on', label: text.on },
        { value: 'off', label: text.off },
      ]}
      hint={reduceRange === undefined ? describeAutomatic(providers?.cpu, text) : text.reduceRangeHint}
    />
  );
}

/** What leaving the choice to the engine comes to on this processor. */
function describeAutomatic(cpu: ProvidersReport['cpu'] | undefined, text: Dictionary['optimize']): string {
  if (!cpu || cpu.features.length === 0) return text.autoUnknown;
  const isArm = cpu.features.some((feature) => feature === 'neon' || feature.startsWith('asimd'));
  return cpu.vnni || isArm ? text.autoWide : text.autoReduced;
}
