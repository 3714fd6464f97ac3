import { Button } from '@mantine/core';
import type { Variant } from '../../../electron/contract.ts';
import type { DetectorReport, TensorInfo } from '../../../models/types.ts';
import { type Fact, Facts } from '../../components/Facts.tsx';
import { Section } from '../../components/Section.tsx';
import { formatBytes, formatCount, formatPercent, formatShape } from '../../format.ts';
import { useText } from '../../i18n/text.ts';
import { describeSteps } from '../../recipe.ts';
import { attempt, compareWith } from '../../state/actions.ts';
import { isRunnable } from '../../state/project.ts';
import { copyRecipe, saveRecipeOf } from '../../state/recipeActions.ts';
import { setView } from '../../state/view.ts';
import { removeVariant, showInFolder } from '../../studio.ts';
import { writeScale } from './correction.ts';
import styles from './Models.module.css';
import { ReadingEditor } from './ReadingEditor.tsx';

/** What a model file is, and what was concluded about the detector in it. */
export function ModelInspector({ variant }: { readonly variant: Variant }) {
  const text = useText();
  const { inspection } = variant;
  const warnings = [...variant.warnings, ...inspection.warnings];
  return (
    <>
      <h1 className={styles.title}>{variant.name}</h1>
      <Actions variant={variant} />
      {inspection.notRunnableBecause && (
        <Section title={text.models.notDetector}>
          <p className="warn selectable">{inspection.notRunnableBecause}</p>
        </Section>
      )}
      {warnings.length > 0 && (
        <Section title={text.models.warnings}>
          <ul className={`${styles.sentences} warn`}>
            {warnings.map((warning) => (
              <li key={warning}>{warning}</li>
            ))}
          </ul>
        </Section>
      )}
      <ReadingEditor key={variant.id} variant={variant} />
      {inspection.detector && <DetectorSections detector={inspection.detector} />}
      <FileSection variant={variant} />
      <Tensors title={text.models.inputs} tensors={inspection.inputs} />
      <Tensors title={text.models.outputs} tensors={inspection.outputs} />
      <Section title={text.models.operators}>
        <p className={styles.chips}>
          {Object.entries(inspection.operators)
            .sort(([, a], [, b]) => b - a)
            .map(([operator, count]) => (
              <span key={operator}>
                {operator} <b className="number">{count}</b>
              </span>
            ))}
        </p>
      </Section>
      {Object.keys(inspection.metadata).length > 0 && (
        <Section title={text.models.metadata}>
          <Facts facts={Object.entries(inspection.metadata)} />
        </Section>
      )}
    </>
  );
}

function Actions({ variant }: { readonly variant: Variant }) {
  const text = useText();
  const runnable = isRunnable(variant);
  return (
    <div className={styles.actions}>
      <Button
        disabled={!runnable}
        onClick={() => {
          compareWith(variant.id);
          setView({ screen: 'compare' });
        }}
      >
        {text.models.seeBoxes}
      </Button>
      <Button variant="default" disabled={!variant.present} onClick={() => setView({ screen: 'optimize' })}>
        {text.models.optimizeIt}
      </Button>
      <Button variant="default" disabled={!runnable} onClick={() => setView({ screen: 'export' })}>
        {text.models.exportIt}
      </Button>
    </div>
  );
}

function DetectorSections({ detector }: { readonly detector: DetectorReport }) {
  const text = useText();
  const { input } = detector.spec;
  const [height, width] = detector.inputSize;
  const yesNo = (value: boolean) => (value ? text.common.yes : text.common.no);
  const facts: (Fact | null)[] = [
    [text.models.family, detector.family],
    [text.models.head, detector.head],
    [
      text.models.input,
      `${width} × ${height}, ${input.layout}, ${input.type}${input.dynamicSize ? `, ${text.models.dynamicSize}` : ''}`,
    ],
    [text.models.channels, detector.channels],
    [text.models.scale, writeScale(detector.scale)],
    input.mean.some((value) => value !== 0) || input.std.some((value) => value !== 1)
      ? [text.models.normalisation, `− ${input.mean.join(', ')}, ÷ ${input.std.join(', ')}`]
      : null,
    [text.models.resize, detector.resize],
    [text.models.strides, detector.strides.length > 0 ? detector.strides.join(' · ') : text.common.none],
    [text.models.anchors, String(detector.spec.anchorsPerCell)],
    [text.models.decoded, yesNo(detector.decodedInGraph)],
    [text.models.nms, yesNo(detector.nmsInGraph)],
  ];
  return (
    <>
      <Section title={text.models.detector}>
        <Facts facts={facts} />
      </Section>
      <Section title={text.models.evidence}>
        <ul className={`${styles.sentences} selectable`}>
          {detector.evidence.map((sentence) => (
            <li key={sentence}>{sentence}</li>
          ))}
        </ul>
      </Section>
      <Section title={`${text.models.classes} (${detector.classes})`}>
        <p className={styles.chips}>
          {detector.classNames.map((name, id) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the index is the class id
            <span key={id}>
              <b className="number">{id}</b> {name}
            </span>
          ))}
        </p>
      </Section>
    </>
  );
}

function FileSection({ variant }: { readonly variant: Variant }) {
  const text = useText();
  const { inspection } = variant;
  const recipe = describeSteps(variant.recipe, text);
  return (
    <Section title={text.models.file}>
      <Facts
        facts={[
          [text.models.size, formatBytes(inspection.bytes)],
          [text.models.parameters, formatCount(inspection.parameters)],
          [text.models.macs, inspection.macs === null ? '—' : formatCount(inspection.macs)],
          [text.models.sparsity, formatPercent(inspection.sparsity)],
          [text.models.precision, inspection.precision],
          [
            text.models.opset,
            Object.entries(inspection.opsets)
              .map(([domain, version]) => (domain === '' ? String(version) : `${domain} ${version}`))
              .join(', '),
          ],
          inspection.producer === '' ? null : [text.models.producer, inspection.producer],
          recipe === '' ? null : [text.models.recipe, recipe],
          [text.models.file, inspection.path],
        ]}
      />
      <div className={styles.actions}>
        <Button variant="subtle" onClick={() => void attempt(() => showInFolder(variant.modelPath))}>
          {text.common.showInFolder}
        </Button>
        {recipe !== '' && (
          <>
            <Button variant="subtle" onClick={() => copyRecipe(variant)}>
              {text.recipe.copyHere}
            </Button>
            <Button variant="subtle" onClick={() => void saveRecipeOf(variant)}>
              {text.recipe.exportThis}
            </Button>
          </>
        )}
        <Button variant="subtle" color="red" onClick={() => void attempt(() => removeVariant(variant.id))}>
          {text.models.removeModel}
        </Button>
      </div>
    </Section>
  );
}

function Tensors({ title, tensors }: { readonly title: string; readonly tensors: readonly TensorInfo[] }) {
  return (
    <Section title={title}>
      <Facts facts={tensors.map(({ name, type, shape }): Fact => [name, `${type} · ${formatShape(shape)}`])} />
    </Section>
  );
}
