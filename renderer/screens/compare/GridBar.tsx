import { Menu } from '@mantine/core';
import { IconCheck, IconChevronDown } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { Look } from '../../../models/types.ts';
import type { Dictionary } from '../../i18n/en.ts';
import { useText } from '../../i18n/text.ts';
import { heatGradient } from '../../overlay/heat.ts';
import { namedClass, type SharedClasses } from '../../overlay/sharedClasses.ts';
import { type HeatSource, setOverlay, useView } from '../../state/view.ts';
import styles from './GridBar.module.css';
import { useSharedClasses, useShownModels } from './shown.ts';

/** Which level of the grid is shown, and what its heat is: below the overlay bar while grid or heat is on. */
export function GridBar() {
  const text = useText();
  const on = useView(({ overlay }) => overlay.grid || overlay.heat);
  const heat = useView(({ overlay }) => overlay.heat);
  const difference = useView(({ mode, variantIds }) => mode === 'difference' && variantIds.length > 0);
  const looks = useShownModels().flatMap(({ shown }) => shown?.look ?? []);
  if (!on || difference || looks.every(({ levels }) => levels.length === 0)) return null;
  return (
    <div className={styles.bar} role="toolbar" aria-label={text.grid.bar}>
      <Levels looks={looks} />
      {heat && <Heat looks={looks} />}
    </div>
  );
}

function Levels({ looks }: { readonly looks: readonly Look[] }) {
  const { grid } = useText();
  const stride = useView(({ overlay }) => overlay.stride);
  const levels = new Map(looks.flatMap((look) => look.levels).map((level) => [level.stride, level]));
  const finestFirst = [...levels.values()].sort((a, b) => a.stride - b.stride);
  const current = stride !== null && levels.has(stride) ? stride : null;
  return (
    <div className={styles.levels} role="radiogroup" aria-label={grid.level}>
      {finestFirst.map((level) => (
        <Level
          key={level.stride}
          on={current === level.stride || finestFirst.length === 1}
          name={grid.levelName(level.stride, level.columns, level.rows)}
          title={grid.levelTitle(level.stride, level.columns, level.rows)}
          onPick={() => setOverlay({ stride: level.stride })}
        />
      ))}
      {finestFirst.length > 1 && (
        <Level on={current === null} name={grid.allLevels} onPick={() => setOverlay({ stride: null })} />
      )}
    </div>
  );
}

function Level(props: {
  readonly on: boolean;
  readonly name: string;
  readonly title?: string;
  readonly onPick: () => void;
}) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: arrow keys belong to the picture, as everywhere in this bar
    <button
      type="button"
      role="radio"
      className={styles.level}
      aria-checked={props.on}
      title={props.title}
      onClick={props.onPick}
    >
      {props.name}
    </button>
  );
}

/** Classes that some cell holds for the likeliest, at least this surely, can be picked alone. */
const noticeable = 0.1;
const mostClasses = 24;

function Heat({ looks }: { readonly looks: readonly Look[] }) {
  const { grid } = useText();
  const source = useView(({ overlay }) => overlay.heatOf);
  const confidence = useView((state) => state.confidence);
  const hasObjectness = looks.some(({ levels }) => levels.some((level) => level.objectness !== undefined));
  const name = sourceName(source, looks, useSharedClasses(), grid);
  const option = (id: HeatSource, label: string, disabled = false) => (
    <Menu.Item
      key={id}
      disabled={disabled}
      onClick={() => setOverlay({ heatOf: id })}
      leftSection={<IconCheck size={14} opacity={id === source ? 1 : 0} aria-hidden />}
    >
      {label}
    </Menu.Item>
  );
  return (
    <div className={styles.heat}>
      <span className="dim">{grid.heatOf}</span>
      <Menu position="bottom-start" shadow="md">
        <Menu.Target>
          <button type="button" className={styles.source} aria-label={`${grid.heatOf} ${name}`}>
            {name}
            <IconChevronDown size={13} aria-hidden />
          </button>
        </Menu.Target>
        <Menu.Dropdown mah={360} className={styles.menu}>
          {option('score', grid.bestClass)}
          {option('objectness', hasObjectness ? grid.objectness : grid.noObjectness, !hasObjectness)}
          <ClassOptions looks={looks} option={option} />
        </Menu.Dropdown>
      </Menu>
      <div className={styles.legend} role="img" aria-label={grid.legend} title={grid.legend}>
        <span>0</span>
        <div className={styles.scale}>
          <i style={{ backgroundImage: heatGradient() }} />
          <b style={{ left: `${100 * confidence}%` }} />
        </div>
        <span>1</span>
      </div>
    </div>
  );
}

/** Apart from the bar: the cells are gone through when the menu opens, not with every step of a slider. */
function ClassOptions(props: {
  readonly looks: readonly Look[];
  readonly option: (id: HeatSource, label: string) => ReactNode;
}) {
  const { grid } = useText();
  const classes = classesIn(props.looks, useSharedClasses());
  if (classes.length === 0) return null;
  return (
    <>
      <Menu.Divider />
      {classes.map(({ number, name }) => props.option(number, grid.onlyClass(name)))}
    </>
  );
}

/** Classes of warm cells, the warmest first, by the numbers that all models share. */
function classesIn(
  looks: readonly Look[],
  { numberOf }: SharedClasses,
): readonly { readonly number: number; readonly name: string }[] {
  const found = new Map<number, { readonly name: string; readonly score: number }>();
  for (const look of looks) {
    for (const [classId, score] of highestScores(look)) {
      const named = namedClass(look, classId);
      const number = numberOf(named);
      const known = found.get(number);
      if (!known || score > known.score) found.set(number, { name: known?.name ?? named.className, score });
    }
  }
  return [...found]
    .map(([number, { name, score }]) => ({ number, name, score }))
    .sort((a, b) => b.score - a.score)
    .slice(0, mostClasses);
}

/** The highest heat of every class that some cell is noticeably sure of, by the model's own numbers. */
function highestScores({ levels }: Look): ReadonlyMap<number, number> {
  const highest = new Map<number, number>();
  for (const { heat, classIds } of levels) {
    for (const [cell, score] of heat.entries()) {
      const classId = classIds[cell] ?? 0;
      if (score >= noticeable && score > (highest.get(classId) ?? 0)) highest.set(classId, score);
    }
  }
  return highest;
}

function sourceName(
  source: HeatSource,
  looks: readonly Look[],
  { numberOf }: SharedClasses,
  grid: Dictionary['grid'],
): string {
  switch (source) {
    case 'score':
      return grid.bestClass;
    case 'objectness':
      return grid.objectness;
    default: {
      const named = looks.flatMap((look) => look.classNames.map((_, classId) => namedClass(look, classId)));
      return named.find((one) => numberOf(one) === source)?.className ?? `class ${source}`;
    }
  }
}
