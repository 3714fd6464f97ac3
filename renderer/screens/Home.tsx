import { Button } from '@mantine/core';
import {
  IconBox,
  IconCpu,
  IconFolder,
  IconListDetails,
  IconPackage,
  IconPhoto,
  IconPlayerPlay,
} from '@tabler/icons-react';
import type { Variant } from '../../electron/contract.ts';
import { providerTitles } from '../components/DevicePick.tsx';
import { Section } from '../components/Section.tsx';
import { formatBytes, formatCount } from '../format.ts';
import { useText } from '../i18n/text.ts';
import { openByDialog, openSample } from '../state/actions.ts';
import { isRunnable, useProject } from '../state/project.ts';
import { setView, showImage } from '../state/view.ts';
import styles from './Home.module.css';

/** Where everything starts: what can be dropped, what is open, what the machine offers. */
export function Home() {
  return (
    <div className={styles.home}>
      <div className={styles.main}>
        <Welcome />
        <OpenNow />
      </div>
      <Machine />
    </div>
  );
}

function Welcome() {
  const text = useText();
  return (
    <section className={styles.drop} aria-label={text.home.title}>
      <h1>{text.home.title}</h1>
      <p className={styles.lead}>{text.home.lead}</p>
      <ul>
        <li>
          <IconBox size={16} stroke={1.6} aria-hidden /> {text.home.takesModels}
        </li>
        <li>
          <IconPhoto size={16} stroke={1.6} aria-hidden /> {text.home.takesPictures}
        </li>
        <li>
          <IconListDetails size={16} stroke={1.6} aria-hidden /> {text.home.takesDatasets}
        </li>
        <li>
          <IconPackage size={16} stroke={1.6} aria-hidden /> {text.home.takesBundles}
        </li>
      </ul>
      <div className={styles.buttons}>
        <Button size="sm" leftSection={<IconPlayerPlay size={16} aria-hidden />} onClick={() => void openSample()}>
          {text.common.openSample}
        </Button>
        <Button
          size="sm"
          variant="default"
          leftSection={<IconBox size={16} aria-hidden />}
          onClick={() => void openByDialog('models')}
        >
          {text.common.openModel}
        </Button>
        <Button
          size="sm"
          variant="default"
          leftSection={<IconPhoto size={16} aria-hidden />}
          onClick={() => void openByDialog('images')}
        >
          {text.common.openPictures}
        </Button>
        <Button
          size="sm"
          variant="default"
          leftSection={<IconFolder size={16} aria-hidden />}
          onClick={() => void openByDialog('folder')}
        >
          {text.common.openFolder}
        </Button>
      </div>
      <p className="dim">{text.home.sampleHint}</p>
    </section>
  );
}

/** Newest first, as many as fit without scrolling far. */
const shownModels = 6;
const shownPictures = 12;

function OpenNow() {
  const text = useText();
  const loaded = useProject((state) => state.loaded);
  const { variants, images } = useProject((state) => state.project);
  if (!loaded) return null;
  const canLook = images.length > 0 && variants.some(isRunnable);
  return (
    <Section
      title={text.home.openNow}
      aside={
        canLook && (
          <Button size="compact-xs" variant="subtle" onClick={() => setView({ screen: 'compare' })}>
            {text.home.seePictures}
          </Button>
        )
      }
    >
      {variants.length === 0 && images.length === 0 && <p className="dim">{text.home.nothingOpen}</p>}
      <div className={styles.cards}>
        {variants
          .toReversed()
          .slice(0, shownModels)
          .map((variant) => (
            <ModelCard key={variant.id} variant={variant} />
          ))}
      </div>
      {images.length > 0 && (
        <>
          <p className="dim number">{text.common.pictures(images.length)}</p>
          <div className={styles.pictures}>
            {images.slice(0, shownPictures).map((image) => (
              <button
                type="button"
                key={image.path}
                aria-label={image.name}
                title={image.name}
                onClick={() => {
                  setView({ screen: 'compare' });
                  showImage(image.path);
                }}
              >
                <img src={image.thumbnailUrl} alt="" loading="lazy" decoding="async" draggable={false} />
              </button>
            ))}
            {images.length > shownPictures && (
              <button
                type="button"
                className={styles.more}
                aria-label={text.home.seePictures}
                onClick={() => setView({ screen: 'compare' })}
              >
                +{images.length - shownPictures}
              </button>
            )}
          </div>
        </>
      )}
    </Section>
  );
}

function ModelCard({ variant }: { readonly variant: Variant }) {
  const text = useText();
  const { inspection } = variant;
  const facts = [
    inspection.detector ? inspection.detector.family : text.models.notDetector,
    inspection.precision,
    formatBytes(inspection.bytes),
    `${formatCount(inspection.parameters)} ${text.models.parameters.toLowerCase()}`,
  ];
  return (
    <button type="button" className={styles.card} onClick={() => setView({ screen: 'models', selectedId: variant.id })}>
      <strong>{variant.name}</strong>
      <span className="dim number">{variant.present ? facts.join(' · ') : text.common.missingFile}</span>
    </button>
  );
}

function Machine() {
  const text = useText();
  const report = useProject((state) => state.providers);
  return (
    <aside className={styles.machine} aria-label={text.home.machine}>
      <Section title={text.home.machine}>
        {report ? (
          <>
            <p className={styles.cpu}>
              <IconCpu size={18} stroke={1.6} aria-hidden />
              <span>
                {report.cpu.model}
                <span className="dim number"> · {text.home.cores(report.cpu.cores)}</span>
              </span>
            </p>
            <p className={styles.features}>
              {report.cpu.features.map((feature) => (
                <span key={feature}>{feature}</span>
              ))}
            </p>
            <p className={report.cpu.vnni ? 'good' : 'dim'}>{report.cpu.vnni ? text.home.vnni : text.home.noVnni}</p>
          </>
        ) : (
          <p className="dim">{text.common.loading}</p>
        )}
      </Section>
      {report && (
        <Section title={text.home.providers}>
          <ul className={styles.providers}>
            {report.providers.map((provider) => (
              <li key={provider.name}>
                <span className={styles.provider}>
                  <b>{providerTitles[provider.name]}</b>
                  <span className={provider.available ? 'good' : 'dim'}>
                    {provider.available ? `✓ ${text.home.available}` : text.home.unavailable}
                  </span>
                </span>
                {(provider.available ? provider.device : provider.why) && (
                  <span className="dim selectable">{provider.available ? provider.device : provider.why}</span>
                )}
              </li>
            ))}
          </ul>
        </Section>
      )}
    </aside>
  );
}
