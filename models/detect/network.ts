import type { InferenceSession, Tensor } from 'onnxruntime-node';

type Feeds = InferenceSession.FeedsType;
/** What a run gives, by the names of the outputs. */
export type Outputs = InferenceSession.OnnxValueMapType;

/** One run of a network. */
export interface NetworkRun {
  /** Good until the next run. */
  readonly outputs: Outputs;
  /** The values that were fed, to be used again: the network may have had them moved. */
  readonly fed: Tensor['data'];
  /** Milliseconds of the run alone. */
  readonly ms: number;
}

/** Where a detector's graph is run. */
export interface Network {
  /** Pictures that may be under way at once: one, unless the network has a thread of its own. */
  readonly depth: number;
  /**
   * Runs one picture.
   * @throws what the runtime throws
   */
  readonly run: (picture: Tensor) => Promise<NetworkRun>;
  readonly close: () => Promise<void>;
}

/**
 * A network that runs on this thread, which stands still meanwhile.
 * @param extra what is fed beside the picture, by name
 * @param names of the outputs that are read
 */
export function networkHere(session: InferenceSession, input: string, extra: Feeds, names: readonly string[]): Network {
  const runSteadily = makeSteadyRun(session, names);
  return {
    depth: 1,
    async run(picture) {
      const started = performance.now();
      const outputs = await runSteadily({ ...extra, [input]: picture });
      return { outputs, fed: picture.data, ms: performance.now() - started };
    },
    close: () => session.release(),
  };
}

/**
 * Runs a session so that its outputs lie in the same memory every time, where the file fixes their shape: megabytes less for
 * the garbage collector to follow after every picture.
 */
function makeSteadyRun(session: InferenceSession, names: readonly string[]): (feeds: Feeds) => Promise<Outputs> {
  let steady: Record<string, Tensor | null> | undefined;
  return async (feeds) => {
    if (steady !== undefined) {
      try {
        return await session.run(feeds, steady);
      } catch {
        // A file may fix a shape and give another. If something else is wrong, the run below says it.
        steady = undefined;
      }
    }
    const outputs = await session.run(feeds, names);
    steady = Object.fromEntries(names.map((name) => [name, steadyOutput(session, name, outputs[name])]));
    return outputs;
  };
}

/** The output where it will have the same type and shape in every run, else null. */
function steadyOutput(session: InferenceSession, name: string, output: Tensor | undefined): Tensor | null {
  const declared = session.outputMetadata.find((metadata) => metadata.name === name);
  if (output?.type !== 'float32' || declared?.isTensor !== true) return null;
  const { shape } = declared;
  const isFixed = shape.length === output.dims.length && shape.every((dim, axis) => dim === output.dims[axis]);
  return isFixed ? output : null;
}
