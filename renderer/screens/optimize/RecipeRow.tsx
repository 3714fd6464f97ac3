import { ActionIcon, Menu, Select, Tooltip } from '@mantine/core';
import { IconArrowBackUp, IconArrowForwardUp, IconChevronRight, IconPlus } from '@tabler/icons-react';
import type { DragEvent, KeyboardEvent, ReactNode } from 'react';
import type { Variant } from '../../../electron/contract.ts';
import type { PredictedFigures } from '../../../models/types.ts';
import { formatBytes, formatCount, formatReduction } from '../../format.ts';
import { useText } from '../../i18n/text.ts';
import { describeStep } from '../../recipe.ts';
import type { Prediction } from '../../state/prediction.ts';
import { useProject } from '../../state/project.ts';
import {
  addStep,
  moveStep,
  type PlacedStep,
  redo,
  removeStep,
  type StepKind,
  selectStep,
  undo,
  useRecipe,
} from '../../state/recipe.ts';
import { setView } from '../../state/view.ts';
import { FoldIcon, PruneIcon, QuantizeIcon } from './icons.tsx';
import styles from './RecipeRow.module.css';

const dragType = 'application/x-boxwright-step';

/**
 * The recipe as a row: the model it starts from, then its steps with what each is foretold to leave. Steps are dragged, or moved
 * with Alt and the arrows.
 */
export function RecipeRow(props: {
  readonly variant: Variant;
  readonly prediction: Prediction;
  readonly tools: ReactNode;
}) {
  const text = useText();
  const steps = useRecipe((state) => state.steps);
  const { inspection } = props.variant;
  const { figures, isCurrent, problem } = props.prediction;
  return (
    <section className={styles.row} aria-label={text.recipe.title}>
      <div className={styles.scroller}>
        <Start variant={props.variant} />
        <ol className={styles.steps}>
          {steps.map((placed, index) => (
            <StepCard
              key={placed.id}
              placed={placed}
              index={index}
              start={inspection}
              figures={figures[index]}
              isCurrent={isCurrent}
            />
          ))}
        </ol>
        <AddStep />
        {problem && isCurrent && (
          <span className={styles.problem} role="status" title={problem.message}>
            {text.recipe.notForetold}
          </span>
        )}
      </div>
      <div className={styles.tools}>
        <UndoButtons />
        {props.tools}
      </div>
    </section>
  );
}

/** Ctrl+Z and its kin, where no field wants them itself. */
export function undoByKey(event: KeyboardEvent): void {
  if (!(event.ctrlKey || event.metaKey) || event.altKey) return;
  if (event.target instanceof Element && event.target.closest('input:not([type="radio"], [type="checkbox"]), textarea'))
    return;
  const key = event.key.toLowerCase();
  const isRedo = key === 'y' || (key === 'z' && event.shiftKey);
  if (!isRedo && key !== 'z') return;
  event.preventDefault();
  if (isRedo) redo();
  else undo();
}

function Start({ variant }: { readonly variant: Variant }) {
  const text = useText();
  const variants = useProject((state) => state.project.variants);
  return (
    <div className={styles.start}>
      <Select
        aria-label={text.optimize.start}
        value={variant.id}
        onChange={(id) => setView({ selectedId: id })}
        data={variants.map(({ id, name }) => ({ value: id, label: name }))}
        comboboxProps={{ width: 260, position: 'bottom-start' }}
      />
      <Figures figures={variant.inspection} start={null} />
    </div>
  );
}

function Figures(props: { readonly figures: PredictedFigures; readonly start: PredictedFigures | null }) {
  const text = useText();
  const { bytes, macs, parameters } = props.figures;
  const delta = props.start === null ? null : formatReduction(props.start.bytes, bytes);
  return (
    <span className={styles.figures}>
      <span>
        {formatBytes(bytes)}
        {delta && delta.tone !== 'neutral' && <span className={delta.tone}> {delta.text}</span>}
      </span>
      <span className="dim">
        {text.recipe.counts(formatCount(parameters), macs === null ? '—' : formatCount(macs))}
      </span>
    </span>
  );
}

const icons = { fold: FoldIcon, prune: PruneIcon, quantize: QuantizeIcon } as const;

function StepCard(props: {
  readonly placed: PlacedStep;
  readonly index: number;
  readonly start: PredictedFigures;
  readonly figures: PredictedFigures | undefined;
  readonly isCurrent: boolean;
}) {
  const text = useText();
  const { placed, index, figures, isCurrent } = props;
  const selected = useRecipe((state) => state.selectedId === placed.id);
  const name = describeStep(placed.step, text);
  const Icon = icons[placed.step.operation];
  const dropped = (event: DragEvent) => {
    const id = Number(event.dataTransfer.getData(dragType));
    if (!event.dataTransfer.types.includes(dragType) || !Number.isInteger(id)) return;
    event.preventDefault();
    moveStep(id, index);
  };
  return (
    <li
      className={styles.step}
      draggable
      onDragStart={(event) => {
        event.dataTransfer.setData(dragType, String(placed.id));
        event.dataTransfer.effectAllowed = 'move';
      }}
      onDragOver={(event) => {
        if (event.dataTransfer.types.includes(dragType)) event.preventDefault();
      }}
      onDrop={dropped}
    >
      <IconChevronRight size={16} className={styles.arrow} aria-hidden />
      <button
        type="button"
        id={`recipe-step-${placed.id}`}
        className={styles.card}
        aria-pressed={selected}
        aria-keyshortcuts="Alt+ArrowLeft Alt+ArrowRight Delete"
        title={text.recipe.stepHint}
        onClick={() => selectStep(placed.id)}
        onKeyDown={(event) => stepByKey(event, placed.id, index)}
      >
        <strong>
          <Icon /> {name}
        </strong>
        <span data-stale={!isCurrent} title={text.recipe.foretold}>
          {figures ? (
            <Figures figures={figures} start={props.start} />
          ) : (
            <span className={`${styles.figures} dim`}>{isCurrent ? '—' : '…'}</span>
          )}
        </span>
      </button>
    </li>
  );
}

function stepByKey(event: KeyboardEvent<HTMLElement>, id: number, index: number): void {
  const direction = event.key === 'ArrowLeft' ? -1 : event.key === 'ArrowRight' ? 1 : 0;
  const { steps } = useRecipe.getState();
  if (direction !== 0 && event.altKey) {
    moveStep(id, index + direction);
    focusStep(id);
  } else if (direction !== 0) focusStep(steps[index + direction]?.id);
  else if (event.key === 'Delete' || event.key === 'Backspace') {
    removeStep(id);
    focusStep(useRecipe.getState().selectedId ?? undefined);
  } else return;
  event.preventDefault();
}

/** Moves the focus to a step once the row is drawn anew. */
function focusStep(id: number | undefined): void {
  if (id !== undefined) requestAnimationFrame(() => document.getElementById(`recipe-step-${id}`)?.focus());
}

function AddStep() {
  const text = useText();
  const kinds: readonly { readonly kind: StepKind; readonly name: string }[] = [
    { kind: 'fold', name: text.recipe.fold },
    { kind: 'prune', name: text.optimize.prune },
    { kind: 'quantize', name: text.optimize.quantize },
  ];
  return (
    <Menu position="bottom-start" shadow="md">
      <Menu.Target>
        <button type="button" className={styles.add}>
          <IconPlus size={15} aria-hidden /> {text.recipe.addStep}
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        {kinds.map(({ kind, name }) => {
          const Icon = icons[kind];
          return (
            <Menu.Item key={kind} leftSection={<Icon />} onClick={() => addStep(kind)}>
              {name}
            </Menu.Item>
          );
        })}
      </Menu.Dropdown>
    </Menu>
  );
}

function UndoButtons() {
  const text = useText();
  const canUndo = useRecipe((state) => state.past.length > 0);
  const canRedo = useRecipe((state) => state.future.length > 0);
  return (
    <>
      <Tooltip label={`${text.recipe.undo} · Ctrl Z`}>
        <ActionIcon variant="subtle" color="gray" aria-label={text.recipe.undo} disabled={!canUndo} onClick={undo}>
          <IconArrowBackUp size={17} aria-hidden />
        </ActionIcon>
      </Tooltip>
      <Tooltip label={`${text.recipe.redo} · Ctrl Shift Z`}>
        <ActionIcon variant="subtle" color="gray" aria-label={text.recipe.redo} disabled={!canRedo} onClick={redo}>
          <IconArrowForwardUp size={17} aria-hidden />
        </ActionIcon>
      </Tooltip>
    </>
  );
}
