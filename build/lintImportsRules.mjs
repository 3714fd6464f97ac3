/**
 * Who may import whom: the layering of the architecture as data and one pure function.
 *
 * @typedef {{ from: string, to: string, typeOnly: boolean }} ImportEdge  `to` is a repository path or a package name
 */

/** Folders of models/ from the bottom up: a folder may import itself and the folders before it. */
const layers = [
  'geometry',
  'graph',
  'inspect',
  'detect',
  'prune',
  'quantize',
  'dataset',
  'evaluate',
  'compare',
  'recipe',
  'export',
  'project',
  'samples',
];

/** Files at the root of models/ that every part may load: plain data and small helpers. */
const foundations = [
  'models/types.ts',
  'models/choices.ts',
  'models/errors.ts',
  'models/correctionPath.ts',
  'models/files.ts',
  'models/api.ts',
  'models/format.ts',
  'models/gate.ts',
  'models/nearestWord.ts',
  'models/parseInput.ts',
  'models/progress.ts',
  'models/random.ts',
  'models/recipeSchema.ts',
  'models/recordedRecipe.ts',
  'models/specSchema.ts',
  'models/thresholds.ts',
  'models/version.ts',
];

/** @param {string} path */
const isFoundation = (path) => foundations.includes(path) || isTypes(path);

/** Plain data by subject, which others read through models/types.ts. @param {string} path */
const isTypes = (path) => path.startsWith('models/types/');

/** Files at the root of models/ that sit above all folders. */
const hostsOfTheEngine = ['models/operations.ts', 'models/demo.ts', 'models/cli.ts'];

/** Ways of deriving variants know nothing of each other. */
const strangers = ['prune', 'quantize', 'train'];

/** The decoding of pictures, so that the window shows exactly what a detector sees. @param {string} path */
export const isPictureReader = (path) =>
  /^models\/detect\/(image(?!Input)\w*|jpeg|pixels|tiffDirectory|av1Sequence)\.ts$/.test(path);

/** The window reads the class names that are pasted into it, and tells which layers a pattern means. */
const textReaders = ['models/detect/namesText.ts', 'models/graph/namePatterns.ts'];

/** What only tests may import. @param {string} path */
const isForTests = (path) => /^(models|electron|renderer)\/testing\//.test(path);

/** @param {string} path */
const isTest = (path) => /\.test\.(ts|tsx|mjs)$/.test(path) || isForTests(path) || /^(e2e|build\/fuzz)\//.test(path);

/** @param {string} path the folder below models/, or "" for a file at its root */
function layerOf(path) {
  const parts = path.split('/');
  return parts[0] === 'models' && parts.length > 2 ? (parts[1] ?? '') : '';
}

/** @param {string} path */
const isPackage = (path) => !/^(models|electron|renderer|build|e2e)\//.test(path);

/**
 * Says why one import is not allowed, or null when it is.
 * @param {ImportEdge} edge
 * @returns {string | null}
 */
export function judgeImport(edge) {
  if (isTest(edge.from)) return null;
  if (isForTests(edge.to)) return 'a testing folder is for tests only';
  if (isTypes(edge.to) && !isTypes(edge.from) && edge.from !== 'models/types.ts')
    return 'models/types.ts gives all types';
  if ((isTypes(edge.from) || edge.from === 'models/types.ts') && !edge.typeOnly) return 'types load nothing that runs';
  const top = edge.from.split('/')[0];
  if (top === 'models') return judgeEngineImport(edge);
  if (top === 'electron') return judgeShellImport(edge);
  if (top === 'renderer') return judgeWindowImport(edge);
  return null;
}

/** @param {ImportEdge} edge */
function judgeEngineImport({ from, to, typeOnly }) {
  if (isPackage(to)) {
    if (to === 'electron' || to.startsWith('electron/')) return 'the engine knows nothing of Electron';
    if (to.startsWith('react') || to.startsWith('@mantine')) return 'the engine knows nothing of the window';
    const pure = from.startsWith('models/geometry/') || from === 'models/errors.ts';
    if (pure && !typeOnly) return 'this file also runs in the window: it loads no package and nothing of Node';
    return null;
  }
  if (!to.startsWith('models/')) return 'models/ imports neither sibling';
  if (isFoundation(from)) return isFoundation(to) ? null : 'a root data file builds on nothing above it';
  if (hostsOfTheEngine.includes(from) || from.startsWith('models/cli/')) return null;
  if (isFoundation(to)) return null;
  if (hostsOfTheEngine.includes(to) || to.startsWith('models/cli/'))
    return 'only hosts load operations.ts and the command line';
  const fromLayer = layerOf(from);
  const toLayer = layerOf(to);
  if (fromLayer === toLayer) return null;
  if (strangers.includes(fromLayer) && strangers.includes(toLayer))
    return `${fromLayer} and ${toLayer} never import each other`;
  const fromRank = layers.indexOf(fromLayer);
  const toRank = layers.indexOf(toLayer);
  if (fromRank < 0) return `models/${fromLayer} has no place in the layers yet: add it to build/lintImportsRules.mjs`;
  if (toRank < 0) return `models/${toLayer} has no place in the layers yet: add it to build/lintImportsRules.mjs`;
  return toRank < fromRank ? null : `models/${fromLayer} lies below models/${toLayer}`;
}

/** @param {ImportEdge} edge */
function judgeShellImport({ from, to, typeOnly }) {
  if (typeOnly) return to.startsWith('renderer/') ? 'the shell knows nothing of the window' : null;
  if (to.startsWith('renderer/')) return 'the shell knows nothing of the window';
  if (from === 'electron/engine.ts') return null;
  if (to === 'onnxruntime-node') return 'onnxruntime loads in engine processes only';
  if (from === 'electron/preload.ts' && to !== 'electron' && !to.startsWith('electron/')) {
    return 'the preload script is sandboxed: it loads Electron alone';
  }
  if (to.startsWith('models/') && !foundations.includes(to) && layerOf(to) !== 'project' && !isPictureReader(to)) {
    return 'the main process loads only the root data files, models/project and what reads pictures';
  }
  return null;
}

/** @param {ImportEdge} edge */
function judgeWindowImport({ to, typeOnly }) {
  if (to === 'electron' || to.startsWith('node:') || to === 'onnxruntime-node') return 'there is no Node in the window';
  if (typeOnly) {
    return to.startsWith('electron/') && to !== 'electron/contract.ts'
      ? 'of the shell the window sees contract.ts alone'
      : null;
  }
  if (to.startsWith('electron/')) return 'of the shell the window sees the types in contract.ts alone';
  const isAllowed = to === 'models/errors.ts' || textReaders.includes(to) || layerOf(to) === 'geometry';
  if (to.startsWith('models/') && !isAllowed) {
    return 'at run time the window loads only models/geometry, models/errors and what reads class names and patterns';
  }
  return null;
}

/**
 * What an entry loads at run time, followed through every import, must stay inside a set of files.
 * @param {ImportEdge[]} edges
 * @param {string} entry
 * @param {(path: string) => boolean} isAllowed
 * @returns {string[]} one chain per file that is reached and not allowed, e.g. "a → b → c"
 */
export function findForbiddenReach(edges, entry, isAllowed) {
  /** @type {Map<string, string | null>} */
  const cameFrom = new Map([[entry, null]]);
  const queue = [entry];
  const findings = [];
  for (let path = queue.shift(); path !== undefined; path = queue.shift()) {
    for (const edge of edges) {
      if (edge.from !== path || edge.typeOnly || cameFrom.has(edge.to)) continue;
      cameFrom.set(edge.to, path);
      if (isAllowed(edge.to)) queue.push(edge.to);
      else findings.push(describeChain(cameFrom, edge.to));
    }
  }
  return findings;
}

/**
 * @param {Map<string, string | null>} cameFrom
 * @param {string} last
 */
function describeChain(cameFrom, last) {
  const chain = [last];
  for (let at = cameFrom.get(last) ?? null; at !== null; at = cameFrom.get(at) ?? null) chain.unshift(at);
  return chain.join(' → ');
}
