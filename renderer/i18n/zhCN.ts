import type { Dictionary } from './en.ts';
import { commands } from './zhCN/commands.ts';
import { common } from './zhCN/common.ts';
import { compare } from './zhCN/compare.ts';
import { context } from './zhCN/context.ts';
import { dock } from './zhCN/dock.ts';
import { drop } from './zhCN/drop.ts';
import { error } from './zhCN/error.ts';
import { exportScreen } from './zhCN/export.ts';
import { filters } from './zhCN/filters.ts';
import { grid } from './zhCN/grid.ts';
import { home } from './zhCN/home.ts';
import { jobs } from './zhCN/jobs.ts';
import { models } from './zhCN/models.ts';
import { optimize } from './zhCN/optimize.ts';
import { presets } from './zhCN/presets.ts';
import { reading } from './zhCN/reading.ts';
import { recipe } from './zhCN/recipe.ts';
import { screens } from './zhCN/screens.ts';
import { sensitivity } from './zhCN/sensitivity.ts';
import { settings } from './zhCN/settings.ts';

/** Every text of the window in simplified Chinese. */
export const zhCN: Dictionary = {
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
