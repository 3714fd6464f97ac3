import { commands } from './en/commands.ts';
import { common } from './en/common.ts';
import { compare } from './en/compare.ts';
import { context } from './en/context.ts';
import { dock } from './en/dock.ts';
import { drop } from './en/drop.ts';
import { error } from './en/error.ts';
import { exportScreen } from './en/export.ts';
import { filters } from './en/filters.ts';
import { grid } from './en/grid.ts';
import { home } from './en/home.ts';
import { jobs } from './en/jobs.ts';
import { models } from './en/models.ts';
import { optimize } from './en/optimize.ts';
import { presets } from './en/presets.ts';
import { reading } from './en/reading.ts';
import { recipe } from './en/recipe.ts';
import { screens } from './en/screens.ts';
import { sensitivity } from './en/sensitivity.ts';
import { settings } from './en/settings.ts';

/** Every text of the window in English. The other languages have the same keys, which the type enforces. */
export const en = {
  screens,
  common,
  drop,
  home,
  context,
  reading,
  models,
  compare,
  dock,
  filters,
  grid,
  optimize,
  recipe,
  presets,
  sensitivity,
  export: exportScreen,
  settings,
  jobs,
  error,
  commands,
};

/** What every language must have. */
export type Dictionary = typeof en;
