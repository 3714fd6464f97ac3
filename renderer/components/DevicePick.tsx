import { Menu } from '@mantine/core';
import { IconCheck } from '@tabler/icons-react';
import type { ProviderName } from '../../models/types.ts';
import { useText } from '../i18n/text.ts';
import { changeSettings } from '../state/actions.ts';
import { useProject } from '../state/project.ts';
import { Pick } from './Pick.tsx';

export const providerTitles: Readonly<Record<ProviderName, string>> = {
  cpu: 'CPU',
  webgpu: 'WebGPU',
  cuda: 'CUDA',
  tensorrt: 'TensorRT',
  dml: 'DirectML',
  coreml: 'Core ML',
};

/** The counts of threads worth offering on a machine: 1, 2, 4 ... and all cores. */
function threadChoices(cores: number): number[] {
  const choices: number[] = [];
  for (let count = 1; count <= cores; count *= 2) choices.push(count);
  return choices;
}

/** What runs the models, and on how many threads. */
export function DevicePick() {
  const text = useText();
  const settings = useProject((state) => state.settings);
  const providers = useProject((state) => state.providers);
  const threads = settings.threads === null ? text.context.allThreads : text.context.threads(settings.threads);
  const vnni = settings.provider === 'cpu' && providers?.cpu.vnni ? ' · VNNI' : '';
  return (
    <Pick
      label={text.context.device}
      brief
      whole
      value={`${providerTitles[settings.provider]}${vnni} · ${threads}`}
      chosen={settings.provider}
      options={(providers?.providers ?? []).map((provider) => ({
        id: provider.name,
        label: providerTitles[provider.name],
        disabled: !provider.available,
        ...(provider.available ? note(provider.device) : note(provider.why)),
      }))}
      onPick={(id) => {
        const provider = providers?.providers.find(({ name }) => name === id);
        if (provider) void changeSettings({ provider: provider.name });
      }}
    >
      <Menu.Divider />
      <Menu.Label>{text.settings.threads}</Menu.Label>
      {[null, ...threadChoices(providers?.cpu.cores ?? 1)].map((count) => (
        <Menu.Item
          key={count ?? 'all'}
          leftSection={<IconCheck size={14} opacity={settings.threads === count ? 1 : 0} aria-hidden />}
          onClick={() => void changeSettings({ threads: count })}
        >
          {count === null ? text.context.allThreads : text.context.threads(count)}
        </Menu.Item>
      ))}
    </Pick>
  );
}

function note(value: string | undefined): { note?: string } {
  return value === undefined ? {} : { note: value };
}
