/** Reads every import of the sources and reports those that the architecture does not allow. Exit 1 with findings. */
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join, posix, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseSync } from 'vite';
import { findForbiddenReach, isPictureReader, judgeImport } from './lintImportsRules.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** @returns {Promise<string[]>} repository paths with forward slashes */
async function listSources() {
  const found = [];
  for (const top of ['models', 'electron', 'renderer', 'e2e']) {
    if (!existsSync(join(root, top))) continue;
    for (const entry of await readdir(join(root, top), { recursive: true, withFileTypes: true })) {
      if (!entry.isFile() || !/\.tsx?$/.test(entry.name)) continue;
      found.push(relative(root, join(entry.parentPath, entry.name)).split(sep).join('/'));
    }
  }
  return found.sort();
}

/**
 * The imports of one file; `import type`, and braces that hold nothing but types, count as type-only.
 * @param {string} path
 * @returns {Promise<import('./lintImportsRules.mjs').ImportEdge[]>}
 */
async function readImports(path) {
  const source = await readFile(join(root, path), 'utf8');
  const { module, errors } = parseSync(path, source);
  const fatal = errors.find((error) => error.severity === 'Error');
  if (fatal) throw new Error(`${path}: ${fatal.message}`);
  const edges = [];
  for (const { moduleRequest, entries } of module.staticImports) {
    const typeOnly = entries.length > 0 && entries.every((entry) => entry.isType);
    edges.push({ from: path, to: resolve(path, moduleRequest.value), typeOnly });
  }
  for (const { entries } of module.staticExports) {
    for (const { moduleRequest, isType } of entries) {
      if (moduleRequest) edges.push({ from: path, to: resolve(path, moduleRequest.value), typeOnly: isType });
    }
  }
  for (const { moduleRequest } of module.dynamicImports) {
    const text = source.slice(moduleRequest.start, moduleRequest.end);
    const literal = /^['"](.+)['"]$/.exec(text);
    if (literal?.[1]) edges.push({ from: path, to: resolve(path, literal[1]), typeOnly: false });
  }
  return edges;
}

/**
 * @param {string} from
 * @param {string} request
 */
function resolve(from, request) {
  return request.startsWith('.') ? posix.normalize(posix.join(posix.dirname(from), request)) : request;
}

const edges = (await Promise.all((await listSources()).map(readImports))).flat();
const findings = [];
for (const edge of edges) {
  const reason = judgeImport(edge);
  if (reason) findings.push(`${edge.from} imports ${edge.to}: ${reason}`);
}

/** @param {string} path */
const isSmallEngineFile = (path) =>
  /^models\/((types|choices|errors|files|api|correctionPath|nearestWord|recipeSchema|recordedRecipe|specSchema|thresholds|version)\.ts$|project\/)/.test(
    path,
  );
for (const chain of findForbiddenReach(
  edges,
  'electron/main.ts',
  (path) =>
    (!path.startsWith('models/') || isSmallEngineFile(path) || isPictureReader(path)) && path !== 'onnxruntime-node',
)) {
  findings.push(`the main process would load ${chain}`);
}
for (const chain of findForbiddenReach(
  edges,
  'renderer/main.tsx',
  (path) =>
    !path.startsWith('node:') &&
    (!path.startsWith('models/') ||
      /^models\/(geometry\/|errors\.ts|detect\/(namesText|classNames)\.ts|graph\/namePatterns\.ts)/.test(path)),
)) {
  findings.push(`the window would load ${chain}`);
}

for (const finding of findings) console.error(finding);
console.log(`import rules: ${edges.length} imports, ${findings.length} against the architecture`);
process.exitCode = findings.length === 0 ? 0 : 1;
