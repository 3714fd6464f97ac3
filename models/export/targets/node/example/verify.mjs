// Proves that this bundle works here: checks the SHA-256 of every file, then runs the example on the golden pictures and
// compares what it finds with what is expected. Exit code 0: all is well; 1: something differs.
//
//   npm install
//   node verify.mjs

import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { detect, openDetector } from './run.mjs';

/** @typedef {import('./run.mjs').Detection} Detection */

const folder = fileURLToPath(new URL('.', import.meta.url));
let failures = 0;

/** @param {boolean} ok @param {string} text */
function say(ok, text) {
  console.log(`${ok ? 'ok    ' : 'FAILED'} ${text}`);
  if (!ok) failures += 1;
}

/** What differs between expected and found boxes of one picture, as sentences.
 * @param {Detection[]} expected @param {Detection[]} found @param {{ box: number, score: number }} tolerance @param {number} confidence */
function differences(expected, found, tolerance, confidence) {
  const free = new Set(found);
  /** @param {Detection} a @param {Detection} b */
  const isSame = (a, b) =>
    a.classId === b.classId &&
    Math.abs(a.score - b.score) <= tolerance.score &&
    a.box.every((edge, side) => Math.abs(edge - (b.box[side] ?? Number.NaN)) <= tolerance.box);
  const problems = [];
  for (const detection of expected) {
    const match = [...free].find((candidate) => isSame(detection, candidate));
    if (match) free.delete(match);
    // A box whose score lies at the threshold may fall on either side of it.
    else if (detection.score > confidence + tolerance.score) problems.push(`missing ${textOf(detection)}`);
  }
  for (const detection of free) {
    if (detection.score > confidence + tolerance.score) problems.push(`unexpected ${textOf(detection)}`);
  }
  return problems;
}

/** @param {Detection} detection */
function textOf({ className, score, box }) {
  return `${className} ${score.toFixed(3)} [${box.map((edge) => edge.toFixed(1)).join(', ')}]`;
}

for (const line of (await readFile(join(folder, 'SHA256SUMS'), 'utf8')).split('\n')) {
  const [, sum, name] = /^([0-9a-f]{64}) {2}(.+)$/.exec(line) ?? [];
  if (sum === undefined || name === undefined) continue;
  const actual = createHash('sha256')
    .update(await readFile(join(folder, name)))
    .digest('hex');
  say(actual === sum, `SHA-256 of ${name}`);
}

const detector = await openDetector(folder);
const { golden, postprocess } = detector.manifest;
const expectations = JSON.parse(await readFile(join(folder, golden.expected), 'utf8'));
for (const { file, detections } of expectations.pictures) {
  const found = await detect(detector, join(folder, file));
  const problems = differences(detections, found, golden.tolerance, postprocess.confidence);
  say(problems.length === 0, `${file}: ${found.length} boxes, ${detections.length} expected`);
  for (const problem of problems) console.log(`       ${problem}`);
}
console.log(failures === 0 ? 'The bundle works here.' : `${failures} checks failed.`);
// At once: native libraries may keep a process that has nothing left to do.
process.exit(failures === 0 ? 0 : 1);
