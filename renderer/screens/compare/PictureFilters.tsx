import { Menu } from '@mantine/core';
import { IconCheck, IconChevronDown, IconSearch, IconX } from '@tabler/icons-react';
import { useDeferredValue, useMemo } from 'react';
import type { TrayImage } from '../../../electron/contract.ts';
import { classNameOf } from '../../../models/geometry/classMap.ts';
import type { BoxSize, DifferenceKind } from '../../../models/types.ts';
import type { Dictionary } from '../../i18n/en.ts';
import { useText } from '../../i18n/text.ts';
import {
  applicable,
  boxSizes,
  countFacets,
  differenceKinds,
  type Facets,
  isFiltering,
  noFilter,
  type PictureFilter,
  type VerdictOf,
} from '../../overlay/pictureFilter.ts';
import { setPictureFilter, usePictureFilter } from '../../state/pictureFilter.ts';
import styles from './PictureFilters.module.css';

/** Which pictures the strip lists: chips with the number of pictures behind each, classes, sizes, names. */
export function PictureFilters(props: {
  readonly images: readonly TrayImage[];
  readonly verdictOf: VerdictOf;
  readonly classNames: readonly string[];
  /** False while one model is looked at alone. */
  readonly compares: boolean;
}) {
  const text = useText();
  const filter = usePictureFilter((state) => state.filter);
  const { images, verdictOf } = props;
  // While a slider is dragged the counts may follow later.
  const settled = useDeferredValue(verdictOf);
  const facets = useMemo(() => countFacets(images, settled, filter), [images, settled, filter]);
  return (
    <div className={styles.bar} role="toolbar" aria-label={text.filters.label}>
      {props.compares && (
        <>
          {differenceKinds.map((kind) => (
            <Chip key={kind} kind={kind} filter={filter} count={facets.kinds.get(kind) ?? 0} />
          ))}
          <SizeMenu filter={filter} facets={facets} />
          <ClassMenu filter={filter} facets={facets} classNames={props.classNames} />
        </>
      )}
      {filter.chosen && (
        <button
          type="button"
          className={styles.chip}
          aria-pressed
          title={text.filters.letGo}
          onClick={() => setPictureFilter({ chosen: null })}
        >
          {filter.chosen.label}
          <b>{filter.chosen.paths.size}</b>
          <IconX size={12} aria-hidden />
        </button>
      )}
      <label className={styles.search}>
        <IconSearch size={14} stroke={1.7} aria-hidden />
        <input
          type="search"
          aria-label={text.filters.search}
          placeholder={text.filters.search}
          value={filter.text}
          onChange={(event) => setPictureFilter({ text: event.currentTarget.value })}
        />
      </label>
      {isFiltering(applicable(filter, props.compares)) && (
        <button type="button" className={styles.clear} onClick={() => setPictureFilter(noFilter)}>
          {text.filters.clear}
        </button>
      )}
    </div>
  );
}

function nameKind(kind: DifferenceKind, { filters }: Dictionary): string {
  switch (kind) {
    case 'lost':
      return filters.lost;
    case 'extra':
      return filters.extra;
    case 'moved':
      return filters.moved;
    case 'changed-class':
      return filters.changedClass;
  }
}

function Chip(props: { readonly kind: DifferenceKind; readonly filter: PictureFilter; readonly count: number }) {
  const text = useText();
  const { kind, filter, count } = props;
  const on = filter.kinds.includes(kind);
  const kinds = on ? filter.kinds.filter((one) => one !== kind) : [...filter.kinds, kind];
  return (
    <button
      type="button"
      className={styles.chip}
      aria-pressed={on}
      disabled={count === 0 && !on}
      onClick={() => setPictureFilter({ kinds })}
    >
      {nameKind(kind, text)}
      <b className="number">{count}</b>
    </button>
  );
}

interface Choice<Id> {
  readonly id: Id | null;
  readonly name: string;
  readonly count: number | null;
}

/** One choice among several, or none. */
function ChoiceMenu<Id extends string | number>(props: {
  readonly label: string;
  readonly choices: readonly Choice<Id>[];
  readonly current: Id | null;
  readonly onPick: (id: Id | null) => void;
}) {
  const chosen = props.choices.find(({ id }) => id === props.current);
  return (
    <Menu position="top-start" shadow="md">
      <Menu.Target>
        <button
          type="button"
          className={styles.chip}
          aria-label={`${props.label}: ${chosen?.name ?? ''}`}
          data-on={props.current !== null}
        >
          {chosen?.name}
          <IconChevronDown size={12} aria-hidden />
        </button>
      </Menu.Target>
      <Menu.Dropdown mah={340} className={styles.menu}>
        {props.choices.map(({ id, name, count }) => (
          <Menu.Item
            key={id}
            onClick={() => props.onPick(id)}
            leftSection={<IconCheck size={14} opacity={id === props.current ? 1 : 0} aria-hidden />}
            rightSection={count === null ? null : <span className="dim number">{count}</span>}
          >
            {name}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

function SizeMenu({ filter, facets }: { readonly filter: PictureFilter; readonly facets: Facets }) {
  const { filters } = useText();
  const names: Readonly<Record<BoxSize, string>> = {
    small: filters.small,
    medium: filters.medium,
    large: filters.large,
  };
  const sizes = boxSizes.map((id) => ({ id, name: names[id], count: facets.sizes.get(id) ?? 0 }));
  return (
    <ChoiceMenu
      label={filters.size}
      choices={[{ id: null, name: filters.anySize, count: null }, ...sizes]}
      current={filter.size}
      onPick={(size) => setPictureFilter({ size })}
    />
  );
}

function ClassMenu(props: {
  readonly filter: PictureFilter;
  readonly facets: Facets;
  readonly classNames: readonly string[];
}) {
  const { filters } = useText();
  const { filter, facets, classNames } = props;
  const ids = new Set(facets.classes.keys());
  if (filter.classId !== null) ids.add(filter.classId);
  const classes = [...ids]
    .map((id) => ({ id, name: classNameOf(classNames, id), count: facets.classes.get(id) ?? 0 }))
    .sort((a, b) => b.count - a.count);
  return (
    <ChoiceMenu
      label={filters.class}
      choices={[{ id: null, name: filters.anyClass, count: null }, ...classes]}
      current={filter.classId}
      onPick={(classId) => setPictureFilter({ classId })}
    />
  );
}
