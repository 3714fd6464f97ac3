/** Every action by name: what the palette lists, the cheat sheet shows and the keyboard triggers. */
import type { ScreenName } from '../electron/contract.ts';
import type { Dictionary } from './i18n/en.ts';
import { fitView } from './overlay/view.ts';
import { compareNow, openByDialog, openSample } from './state/actions.ts';
import { changeLevel, movePinnedCell, nextGrid, pinCell, showNeighbour, stepBox } from './state/looking.ts';
import { type CompareMode, letGoOfTarget, setOverlay, setView, useView } from './state/view.ts';
import { clearImages } from './studio.ts';

export interface Command {
  readonly id: string;
  readonly group: string;
  readonly title: string;
  /** As `KeyboardEvent.key` gives it; the first is shown. */
  readonly keys: readonly string[];
  readonly run: () => void;
}

const screenOrder: readonly ScreenName[] = ['home', 'models', 'compare', 'optimize', 'export', 'settings'];

/** All commands, with their names in the given language. */
export function listCommands(text: Dictionary): readonly Command[] {
  const { commands, compare, common, screens } = text;
  const look = (id: string, title: string, keys: readonly string[], run: () => void): Command => ({
    id,
    group: commands.groupLook,
    title,
    keys,
    run,
  });
  const switchMode = (id: CompareMode, name: string, key: string) =>
    look(id, commands.mode(name), [key], () => {
      setView({ screen: 'compare' });
      if (useView.getState().variantIds.length > 0 || id === 'side-by-side') setView({ mode: id });
    });
  const toggle = (what: 'boxes' | 'labels' | 'heat' | 'candidates' | 'truth', name: string, key: string) =>
    look(`toggle-${what}`, commands.toggle(name), [key], () =>
      setOverlay({ [what]: !useView.getState().overlay[what] }),
    );
  return [
    ...screenOrder.map((screen, index) => ({
      id: `go-${screen}`,
      group: commands.groupGo,
      title: commands.goTo(screens[screen]),
      keys: [String(index + 1)],
      run: () => setView({ screen }),
    })),
    open('open-models', common.openModel, ['o'], () => void openByDialog('models')),
    open('open-pictures', common.openPictures, ['p'], () => void openByDialog('images')),
    open('open-folder', common.openFolder, [], () => void openByDialog('folder')),
    open('open-sample', common.openSample, [], () => void openSample()),
    open('clear-pictures', text.home.clearPictures, [], () => void clearImages()),
    look('next-picture', commands.nextPicture, ['ArrowRight'], () => movePinnedCell(0, 1) || showNeighbour(1)),
    look('previous-picture', commands.previousPicture, ['ArrowLeft'], () => movePinnedCell(0, -1) || showNeighbour(-1)),
    look('next-box', commands.nextBox, ['ArrowDown'], () => movePinnedCell(1, 0) || stepBox(1)),
    look('previous-box', commands.previousBox, ['ArrowUp'], () => movePinnedCell(-1, 0) || stepBox(-1)),
    look('clear-selection', commands.clearSelection, ['Escape'], letGoOfTarget),
    switchMode('side-by-side', compare.sideBySide, 's'),
    switchMode('swipe', compare.swipe, 'w'),
    switchMode('difference', compare.difference, 'd'),
    toggle('boxes', compare.boxes, 'b'),
    toggle('labels', compare.labels, 'l'),
    look('next-grid', commands.nextGrid, ['g'], nextGrid),
    look('pin-cell', commands.pinCell, ['k'], pinCell),
    look('finer-level', commands.finerLevel, ['[', 'PageUp'], () => changeLevel(-1)),
    look('coarser-level', commands.coarserLevel, [']', 'PageDown'], () => changeLevel(1)),
    toggle('heat', compare.heat, 'h'),
    toggle('candidates', compare.candidates, 'c'),
    toggle('truth', compare.truth, 't'),
    look('fit', compare.fit, ['0'], () => setView({ view: fitView })),
    look('zoom-in', compare.zoomIn, ['+', '='], () => zoomBy(1.25)),
    look('zoom-out', compare.zoomOut, ['-'], () => zoomBy(0.8)),
    look('order', commands.order, ['r'], () =>
      setView({ stripOrder: useView.getState().stripOrder === 'harm' ? 'tray' : 'harm' }),
    ),
    make('compare-now', compare.compareNow, () => void compareNow()),
    app('inspector', commands.toggleInspector, ['i'], () =>
      setView({ inspectorOpen: !useView.getState().inspectorOpen }),
    ),
    app('palette', commands.palette, ['Mod+K'], () => setView({ paletteOpen: true })),
    app('correct-reading', text.reading.correct, [], () =>
      setView({ screen: 'models', inspectorOpen: true, readingOpen: true }),
    ),
    app('cheat-sheet', commands.cheatSheet, ['?'], () => setView({ cheatSheetOpen: true })),
  ];

  function open(id: string, title: string, keys: readonly string[], run: () => void): Command {
    return { id, group: commands.groupOpen, title, keys, run };
  }
  function make(id: string, title: string, run: () => void): Command {
    return { id, group: commands.groupMake, title, keys: [], run };
  }
  function app(id: string, title: string, keys: readonly string[], run: () => void): Command {
    return { id, group: commands.groupApp, title, keys, run };
  }
}

function zoomBy(factor: number): void {
  const { view } = useView.getState();
  setView({ view: { ...view, zoom: Math.min(64, Math.max(0.5, view.zoom * factor)) } });
}
