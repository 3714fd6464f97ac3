// The thread of a network: opens one model and runs the pictures it is sent, one after the other. `networkThread.ts` starts it
// with its source as a data URL; what it opens comes as workerData.

import { createRequire } from 'node:module';
import { parentPort, workerData } from 'node:worker_threads';

/** @typedef {{ type: import('onnxruntime-node').Tensor.Type, dims: readonly number[], data: import('onnxruntime-node').Tensor['data'] }} Values */

if (parentPort === null) throw new Error('networkThread.mjs is started as a thread.');
const port = parentPort;
const { runtime, model, options, input, extra, names } = workerData;
/** @type {typeof import('onnxruntime-node')} */
const { env, InferenceSession, Tensor } = createRequire(runtime)('onnxruntime-node');
env.logLevel = 'fatal';

/** @param {Values} values */
const toTensor = ({ type, dims, data }) => new Tensor(type, data, dims);

/** @param {unknown} error */
const textOf = (error) => (error instanceof Error ? error.message : String(error));

/** @returns {Promise<import('onnxruntime-node').InferenceSession | null>} */
async function open() {
  try {
    const session = await InferenceSession.create(model, options);
    port.postMessage({ kind: 'open' });
    return session;
  } catch (error) {
    port.postMessage({ kind: 'failed', message: textOf(error) });
    return null;
  }
}

const session = await open();
const extraFeeds = Object.fromEntries(
  Object.entries(extra).map(([name, values]) => [name, toTensor(/** @type {Values} */ (values))]),
);

/** @param {Values} picture */
async function runPicture(picture) {
  const started = performance.now();
  const outputs = await session?.run({ ...extraFeeds, [input]: toTensor(picture) }, names);
  const ms = performance.now() - started;
  const values = Object.entries(outputs ?? {}).map(([name, { type, dims, data }]) => [name, { type, dims, data }]);
  // The picture's memory goes back, for another picture.
  const { data } = picture;
  const memory = ArrayBuffer.isView(data) && data.buffer instanceof ArrayBuffer ? [data.buffer] : [];
  port.postMessage({ kind: 'ran', outputs: Object.fromEntries(values), fed: picture.data, ms }, memory);
}

let turn = Promise.resolve();
port.on('messageerror', (error) => {
  turn = turn.then(() => port.postMessage({ kind: 'failed', message: textOf(error) }));
});
port.on('message', (/** @type {Values | null} */ picture) => {
  turn = turn.then(async () => {
    if (picture === null) {
      await session?.release();
      port.close();
      return;
    }
    try {
      await runPicture(picture);
    } catch (error) {
      port.postMessage({ kind: 'failed', message: textOf(error) });
    }
  });
});
