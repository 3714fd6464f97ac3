import { Button, NumberInput, SegmentedControl, Select } from '@mantine/core';
import { providerTitles } from '../components/DevicePick.tsx';
import { type Fact, Facts } from '../components/Facts.tsx';
import { Section } from '../components/Section.tsx';
import { useText } from '../i18n/text.ts';
import { attempt, changeSettings } from '../state/actions.ts';
import { useProject } from '../state/project.ts';
import { showInFolder } from '../studio.ts';
import styles from './Settings.module.css';

/** How the app looks and runs; every change is kept at once. */
export function SettingsScreen() {
  return (
    <div className={styles.screen}>
      <div className={styles.column}>
        <Appearance />
        <Running />
        <About />
      </div>
    </div>
  );
}

function Appearance() {
  const text = useText();
  const settings = useProject((state) => state.settings);
  return (
    <Section title={text.settings.appearance}>
      <div className={styles.row}>
        <span>{text.settings.colorScheme}</span>
        <SegmentedControl
          aria-label={text.settings.colorScheme}
          value={settings.colorScheme}
          onChange={(colorScheme) => void changeSettings({ colorScheme })}
          data={[
            { value: 'dark', label: text.settings.dark },
            { value: 'light', label: text.settings.light },
            { value: 'system', label: text.settings.system },
          ]}
        />
      </div>
      <div className={styles.row}>
        <span>{text.settings.language}</span>
        <SegmentedControl
          aria-label={text.settings.language}
          value={settings.language}
          onChange={(language) => void changeSettings({ language })}
          data={[
            { value: 'en', label: 'English' },
            { value: 'zh-CN', label: '简体中文' },
          ]}
        />
      </div>
    </Section>
  );
}

function Running() {
  const text = useText();
  const settings = useProject((state) => state.settings);
  const report = useProject((state) => state.providers);
  const providers = report?.providers ?? [];
  return (
    <Section title={text.settings.running}>
      <div className={styles.row}>
        <span>{text.settings.provider}</span>
        <Select
          aria-label={text.settings.provider}
          w={200}
          value={settings.provider}
          data={providers.map(({ name, available }) => ({
            value: name,
            label: providerTitles[name],
            disabled: !available,
          }))}
          onChange={(value) => {
            const provider = providers.find(({ name }) => name === value);
            if (provider) void changeSettings({ provider: provider.name });
          }}
        />
      </div>
      <div className={styles.row}>
        <span>
          {text.settings.threads}
          <small className="dim">{text.settings.threadsHint}</small>
        </span>
        <NumberInput
          aria-label={text.settings.threads}
          w={200}
          min={1}
          max={256}
          allowDecimal={false}
          value={settings.threads ?? ''}
          placeholder={report ? String(report.cpu.cores) : ''}
          onChange={(value) => void changeSettings({ threads: typeof value === 'number' && value >= 1 ? value : null })}
        />
      </div>
      <div className={styles.row}>
        <span>{text.settings.thresholds}</span>
        <span className={styles.pair}>
          <Threshold
            label={text.compare.confidence}
            value={settings.confidence}
            onChange={(confidence) => void changeSettings({ confidence })}
          />
          <Threshold label={text.compare.iou} value={settings.iou} onChange={(iou) => void changeSettings({ iou })} />
        </span>
      </div>
    </Section>
  );
}

function Threshold(props: {
  readonly label: string;
  readonly value: number;
  readonly onChange: (value: number) => void;
}) {
  return (
    <span className={styles.threshold}>
      <span className="dim" aria-hidden>
        {props.label}
      </span>
      <NumberInput
        aria-label={props.label}
        w={80}
        min={0.01}
        max={0.99}
        step={0.05}
        decimalScale={2}
        fixedDecimalScale
        value={props.value}
        onChange={(value) => typeof value === 'number' && value >= 0.01 && value <= 0.99 && props.onChange(value)}
      />
    </span>
  );
}

function About() {
  const text = useText();
  const app = useProject((state) => state.app);
  if (!app) return null;
  const facts: Fact[] = [
    [text.settings.version, app.version],
    [text.settings.electron, app.electron],
    [text.settings.platform, app.platform],
    [text.settings.logFolder, app.logFolder],
  ];
  return (
    <Section
      title={text.settings.about}
      aside={
        <Button variant="subtle" size="compact-xs" onClick={() => void attempt(() => showInFolder(app.logFolder))}>
          {text.common.showInFolder}
        </Button>
      }
    >
      <Facts facts={facts} />
    </Section>
  );
}
