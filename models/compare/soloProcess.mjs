// Opens one model in a process that has done nothing else, runs it a few times and prints what that took. `measure.ts` starts it
// with its source on the command line; the request is one JSON object on standard input.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

/** @typedef {{ name: string, type: import('onnxruntime-node').Tensor.Type, dims: number[], values: number[] | null }} Feed `values` null: noise */
/** @typedef {{ runtime: string, model: string, options: object, feeds: Feed[], runs: number }} Request */

process.env.ORT_DISABLE_TELEMETRY = '1';

/** @type {Request} */
const request = JSON.parse(readFileSync(0, 'utf8'));
/** @type {typeof import('onnxruntime-node')} */
const { env, InferenceSession, Tensor } = createRequire(request.runtime)('onnxruntime-node');
env.logLevel = 'fatal';

const arrays = {
  float32: Float32Array,
  float64: Float64Array,
  float16: Uint16Array,
  uint8: Uint8Array,
  int8: Int8Array,
  int32: Int32Array,
  bool: Uint8Array,
};

/** @param {Feed} feed */
function makeTensor({ type, dims, values }) {
  const count = dims.reduce((product, dim) => product * dim, 1);
  if (type === 'int64') return new Tensor('int64', BigInt64Array.from(values ?? Array(count).fill(1), BigInt), dims);
  const ArrayOf = arrays[/** @type {keyof typeof arrays} */ (type)];
  const data = new ArrayOf(count);
  if (values !== null) data.set(values);
  // What the values are does not change what memory they take.
  else if (/float(32|64)/.test(type)) data.fill(0.5);
  return new Tensor(type, data, dims);
}

/** Highest resident size of this process in bytes. Elsewhere than on Linux the system keeps it where Node asks for it. */
function readPeak() {
  try {
    const kilobytes = /^VmHWM:\s*(\d+) kB/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
    if (kilobytes !== undefined) return Number(kilobytes) * 1024;
  } catch {
    // another system
  }
  return process.resourceUsage().maxRSS * 1024;
}

const feeds = Object.fromEntries(request.feeds.map((feed) => [feed.name, makeTensor(feed)]));
const session = await InferenceSession.create(request.model, request.options);
const started = performance.now();
await session.run(feeds);
const firstRun = performance.now() - started;
for (let run = 1; run < request.runs; run += 1) await session.run(feeds);
process.stdout.write(JSON.stringify({ firstRun, peakMemory: readPeak() }));
process.exit(0);
