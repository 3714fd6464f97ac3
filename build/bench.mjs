// `npm run bench`: the speed of the engine and of the window's start, in one run.

import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeLargeFolder, timeLargeTray } from './bench/largeTray.mjs';
import { timeSwitching } from './bench/switching.mjs';
import { bundleForNode } from './bundleForNode.mjs';
import { runCommand } from './command.mjs';
import { hasDisplay, startVirtualDisplay } from './display.mjs';
import { projectRoot } from './project.mjs';
import { run } from './run.mjs';
import { whyNoSandbox } from './sandbox.mjs';
import { say } from './say.mjs';
import { setUpProject, setUpWindow } from './setup.mjs';

const starts = 6;
const startLimit = 60_000;

/** Model and COCO-sized photos where the shared material lies beside the checkout, else the sample. */
function chooseMaterial() {
  const shared = join(projectRoot, '..', 'shared');
  const model = join(shared, 'models', 'yolov8n', 'yolov8n.onnx');
  const folders = ['train', 'val'].map((part) => join(shared, 'data', 'coco8', 'images', part));
  if (existsSync(model) && folders.every((folder) => existsSync(folder))) return { model, folders };
  const samples = join(projectRoot, 'models', 'samples');
  return { model: join(samples, 'sample.onnx'), folders: [join(samples, 'images', 'val')] };
}

/** @param {readonly string[]} folders */
function listPhotos(folders) {
  const files = folders.flatMap((folder) => readdirSync(folder).map((name) => join(folder, name)));
  return files.filter((path) => /\.jpe?g$/.test(path));
}

/** Bundles the engine's part for plain Node and runs it. */
async function benchEngine() {
  const program = await bundleForNode('build/bench/pipeline.ts', 'bench');
  const { model, folders } = chooseMaterial();
  return run(process.execPath, [program, model, ...listPhotos(folders)]);
}

/**
 * Milliseconds from spawning the studio to its window's first paint.
 * @param {string} electron
 * @param {string[]} flags
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<number>}
 */
function timeStart(electron, flags, env) {
  return new Promise((resolve, reject) => {
    const started = performance.now();
    const child = spawn(electron, [...flags, projectRoot], {
      env,
      stdio: ['ignore', 'pipe', 'ignore'],
      timeout: startLimit,
    });
    let painted = 0;
    child.stdout.setEncoding('utf8').on('data', (text) => {
      if (painted === 0 && text.includes('first-paint')) painted = performance.now() - started;
    });
    child.once('error', reject);
    child.once('exit', () => (painted > 0 ? resolve(painted) : reject(new Error('the window did not paint'))));
  });
}

/** @param {readonly number[]} values */
function median(values) {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

/** @param {NodeJS.ProcessEnv} env */
function definedOnly(env) {
  return Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}

/**
 * @param {string} electron
 * @param {string[]} flags
 * @param {Record<string, string>} env
 */
async function benchLargeTray(electron, flags, env) {
  const samples = join(projectRoot, 'models', 'samples');
  const folder = makeLargeFolder(readFileSync(join(samples, 'images', 'val', 'room-0001.jpg')));
  try {
    const { count, open, wheel, bar, most } = await timeLargeTray({
      electron,
      flags,
      env,
      model: join(samples, 'sample.onnx'),
      folder,
    });
    const pictures = count.toLocaleString('en-US');
    console.log(`${`open ${pictures} pictures`.padEnd(34)} ${(open / 1000).toFixed(2)} s (goal < 3 s)`);
    const late = (/** @type {readonly number[]} */ times) => times.filter((time) => time > 25).length;
    const frames = `${median(wheel).toFixed(1)} ms a frame, ${late(wheel)} of ${wheel.length} late`;
    const dragged = `dragged ${median(bar).toFixed(1)} ms, ${late(bar)} late`;
    console.log(`${'scroll through them'.padEnd(34)} ${frames}; ${dragged}; at most ${most} in the page`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function benchWindow() {
  const headless = !hasDisplay(process.env, process.platform);
  const { path, version } = await setUpWindow({ virtualDisplay: headless });
  const display = headless ? await startVirtualDisplay() : null;
  const data = mkdtempSync(join(tmpdir(), 'boxwright-bench-'));
  try {
    const flags = (await whyNoSandbox(path)) === null ? [] : ['--no-sandbox'];
    const env = { ...process.env, BOXWRIGHT_DATA: data, ...(display && { DISPLAY: display.display }) };
    // With the mark the studio ends at its first paint.
    const marked = { ...env, BOXWRIGHT_STARTUP_MARK: '1' };
    const times = [];
    for (let start = 0; start < starts; start += 1) times.push(await timeStart(path, flags, marked));
    const [cold = 0, ...warm] = times;
    const figures = `${(median(warm) / 1000).toFixed(2)} s warm (first ${(cold / 1000).toFixed(2)} s; goal < 1.0 s warm)`;
    console.log(`${'spawn to first paint'.padEnd(34)} ${figures}, Electron ${version}`);
    const { model, folders } = chooseMaterial();
    const images = listPhotos(folders);
    const steps = await timeSwitching({ electron: path, flags, env: definedOnly(env), model, images });
    console.log(`${'switch images, key to frame'.padEnd(34)} ${median(steps).toFixed(0)} ms (goal < 50 ms)`);
    await benchLargeTray(path, flags, definedOnly(env));
  } finally {
    display?.stop();
    rmSync(data, { recursive: true, force: true });
  }
}

await runCommand(async () => {
  await setUpProject(projectRoot);
  const code = await benchEngine();
  if (code !== 0) say('the engine could not be timed');
  await benchWindow();
  return code;
});
