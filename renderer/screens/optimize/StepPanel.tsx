import { ActionIcon, Tooltip } from '@mantine/core';
import { IconArrowLeft, IconArrowRight, IconTrash } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { Section } from '../../components/Section.tsx';
import { useText } from '../../i18n/text.ts';
import {
  addStep,
  configureStep,
  moveStep,
  type PlacedStep,
  removeStep,
  type StepKind,
  useRecipe,
} from '../../state/recipe.ts';
import styles from './Form.module.css';
import { FoldIcon, PruneIcon, QuantizeIcon } from './icons.tsx';
import { PruneForm } from './PruneForm.tsx';
import { QuantizeForm } from './QuantizeForm.tsx';

/** The selected step, to be configured; where the recipe is empty, what it may begin with. */
export function StepPanel() {
  const text = useText();
  const steps = useRecipe((state) => state.steps);
  const selectedId = useRecipe((state) => state.selectedId);
  const at = steps.findIndex(({ id }) => id === selectedId);
  const placed = steps[at] ?? steps[0];
  if (!placed) return <FirstStep />;
  const index = Math.max(0, at);
  const names = { fold: text.recipe.fold, prune: text.optimize.prune, quantize: text.optimize.quantize };
  return (
    <Section
      title={text.recipe.stepTitle(index + 1, names[placed.step.operation])}
      aside={<StepTools placed={placed} index={index} count={steps.length} />}
    >
      <StepForm key={placed.id} placed={placed} />
    </Section>
  );
}

function StepTools(props: { readonly placed: PlacedStep; readonly index: number; readonly count: number }) {
  const text = useText().recipe;
  const { placed, index, count } = props;
  const tool = (label: string, icon: ReactNode, disabled: boolean, act: () => void) => (
    <Tooltip label={label}>
      <ActionIcon variant="subtle" color="gray" size="sm" aria-label={label} disabled={disabled} onClick={act}>
        {icon}
      </ActionIcon>
    </Tooltip>
  );
  return (
    <span className={styles.stepTools}>
      {tool(text.earlier, <IconArrowLeft size={15} aria-hidden />, index === 0, () => moveStep(placed.id, index - 1))}
      {tool(text.later, <IconArrowRight size={15} aria-hidden />, index === count - 1, () =>
        moveStep(placed.id, index + 1),
      )}
      {tool(text.removeStep, <IconTrash size={15} aria-hidden />, false, () => removeStep(placed.id))}
    </span>
  );
}

function StepForm({ placed: { id, step } }: { readonly placed: PlacedStep }) {
  const text = useText().recipe;
  switch (step.operation) {
    case 'fold':
      return <p className={styles.hint}>{text.foldText}</p>;
    case 'prune':
      return (
        <PruneForm
          options={step.options}
          onChange={(change) => configureStep(id, { ...step, options: { ...step.options, ...change } })}
        />
      );
    case 'quantize':
      return (
        <QuantizeForm
          options={step.options}
          onChange={(change) => configureStep(id, { ...step, options: { ...step.options, ...change } })}
        />
      );
  }
}

function FirstStep() {
  const text = useText();
  return (
    <Section title={text.recipe.firstStep}>
      <div className={styles.methods}>
        <Begin
          kind="quantize"
          icon={<QuantizeIcon />}
          title={text.optimize.quantize}
          hint={text.optimize.quantizeText}
        />
        <Begin kind="prune" icon={<PruneIcon />} title={text.optimize.prune} hint={text.optimize.pruneText} />
        <Begin kind="fold" icon={<FoldIcon />} title={text.recipe.fold} hint={text.recipe.foldText} />
      </div>
    </Section>
  );
}

function Begin(props: {
  readonly kind: StepKind;
  readonly icon: ReactNode;
  readonly title: string;
  readonly hint: string;
}) {
  return (
    <button type="button" className={styles.method} onClick={() => addStep(props.kind)}>
      {props.icon}
      <span>
        <strong>{props.title}</strong>
        <span className="dim">{props.hint}</span>
      </span>
    </button>
  );
}
