import { Worker } from 'node:worker_threads';
import { type InferenceSession, Tensor } from 'onnxruntime-node';
import type { Network, NetworkRun } from './network.ts';
import source from './networkThread.mjs?raw';

/** Pictures under way at once: one runs, one waits for it, one is being read. */
const depth = 3;

interface Values {
  readonly type: Tensor.Type;
  readonly dims: readonly number[];
  readonly data: Tensor['data'];
}

/** What the thread says: that the model is open, what a run gave, or what the runtime threw. */
type Answer =
  | { readonly kind: 'open' }
  | { readonly kind: 'failed'; readonly message: string }
  | {
      readonly kind: 'ran';
      readonly outputs: Readonly<Record<string, Values>>;
      readonly fed: Tensor['data'];
      readonly ms: number;
    };

type GoodAnswer = Exclude<Answer, { kind: 'failed' }>;

interface Waiting {
  readonly resolve: (answer: GoodAnswer) => void;
  readonly reject: (error: Error) => void;
}

/**
 * Opens a model on a thread of its own, so that pictures are decoded, prepared and read while the network runs. What is fed
 * is moved to that thread and comes back as `fed`.
 * @param options as for a session of this thread
 * @param extra what is fed beside the picture, by name
 * @param names of the outputs that are read
 * @throws what the runtime throws
 */
export async function startNetworkThread(
  model: string | Uint8Array,
  options: InferenceSession.SessionOptions,
  input: string,
  extra: Readonly<Record<string, Tensor>>,
  names: readonly string[],
): Promise<Network> {
  const extraValues = Object.fromEntries(Object.entries(extra).map(([name, tensor]) => [name, valuesOf(tensor)]));
  const thread = new Worker(new URL(`data:text/javascript,${encodeURIComponent(source)}`), {
    workerData: { runtime: import.meta.url, model, options, input, extra: extraValues, names },
  });
  // Answers come in the order of what was sent.
  const waiting: Waiting[] = [];
  let fault: Error | undefined;
  const answer = () =>
    new Promise<GoodAnswer>((resolve, reject) => {
      if (fault === undefined) waiting.push({ resolve, reject });
      else reject(fault);
    });
  thread.on('message', (message: Answer) => {
    const next = waiting.shift();
    if (message.kind === 'failed') next?.reject(new Error(message.message));
    else next?.resolve(message);
  });
  const ended = new Promise<void>((resolve) => thread.once('exit', () => resolve()));
  const fail = (error: Error) => {
    fault ??= error;
    for (const { reject } of waiting.splice(0)) reject(fault);
  };
  thread.once('error', fail);
  thread.once('messageerror', fail);
  void ended.then(() => fail(new Error('The thread of the network ended.')));
  const close = async () => {
    thread.postMessage(null);
    await ended;
  };
  try {
    await answer();
  } catch (error) {
    await close();
    throw error;
  }
  const run = async (picture: Tensor): Promise<NetworkRun> => {
    const values = valuesOf(picture);
    // Before an answer is waited for: what cannot be sent gets none, and would shift those of all others.
    thread.postMessage(values, memoryOf(values.data));
    const ran = await answer();
    if (ran.kind !== 'ran') throw new Error('The thread of the network answered something else.');
    const { outputs, fed, ms } = ran;
    return {
      outputs: Object.fromEntries(Object.entries(outputs).map(([name, value]) => [name, tensorOf(value)])),
      fed,
      ms,
    };
  };
  return { depth, run, close };
}

function valuesOf({ type, dims, data }: Tensor): Values {
  return { type, dims, data };
}

function tensorOf({ type, dims, data }: Values): Tensor {
  return new Tensor(type, data, dims);
}

/** What is moved with values rather than copied. */
function memoryOf(data: Tensor['data']): ArrayBuffer[] {
  return ArrayBuffer.isView(data) && data.buffer instanceof ArrayBuffer ? [data.buffer] : [];
}
