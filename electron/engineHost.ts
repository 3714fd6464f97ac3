import type { OperationName, OperationOutput, OperationRequest } from '../models/api.ts';
import { type ErrorReport, StudioError } from '../models/errors.ts';
import type { Progress } from '../models/types.ts';
import type { EngineRequest, EngineResponse } from './engineMessages.ts';

/** A running engine process, as the host sees it. */
export interface EngineProcess {
  readonly send: (request: EngineRequest) => void;
  readonly kill: () => void;
  readonly onMessage: (listener: (response: EngineResponse) => void) => void;
  /** Called once, when the process has ended, however it ended. */
  readonly onExit: (listener: (code: number) => void) => void;
}

interface CallOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
}

/** Calls operations in an engine process, which is started when first needed and again after it has ended. */
export interface EngineHost {
  /**
   * @throws StudioError what the operation reported, or `engine-stopped` when its process ended
   * @throws AbortError after the signal was aborted
   */
  readonly call: <Name extends OperationName>(
    operation: Name,
    input: OperationRequest<Name>,
    options?: CallOptions,
  ) => Promise<OperationOutput<Name>>;
  /** Ends the process, if there is one. */
  readonly stop: () => void;
}

interface Pending {
  readonly operation: OperationName;
  // A method, so that the promise's own `resolve` fits: the engine is this program's other half, and a reply's value
  // has the type of the operation that was called.
  resolve(value: unknown): void;
  readonly reject: (error: unknown) => void;
  readonly onProgress: (progress: Progress) => void;
}

/** One process and what it still owes. */
interface Engine {
  readonly process: EngineProcess;
  readonly pending: Map<number, Pending>;
}

/**
 * @param start starts a process
 * @param patience milliseconds that a cancelled operation has to end by itself before its process is killed
 */
export function createEngineHost(start: () => EngineProcess, patience = 5000): EngineHost {
  let engine: Engine | null = null;
  let nextId = 1;

  function startEngine(): Engine {
    const started: Engine = { process: start(), pending: new Map() };
    started.process.onMessage((response) => settle(started.pending, response));
    started.process.onExit((code) => {
      if (engine === started) engine = null;
      for (const call of started.pending.values()) call.reject(describeEnd(call.operation, code));
      started.pending.clear();
    });
    engine = started;
    return started;
  }

  return {
    async call(operation, input, { signal, onProgress = () => {} } = {}) {
      signal?.throwIfAborted();
      const { process, pending } = engine ?? startEngine();
      const id = nextId++;
      return new Promise((resolve, reject) => {
        let deadline: NodeJS.Timeout | undefined;
        const abort = (): void => {
          process.send({ kind: 'abort', id });
          deadline = setTimeout(() => process.kill(), patience);
        };
        const release = (): void => {
          signal?.removeEventListener('abort', abort);
          clearTimeout(deadline);
          pending.delete(id);
        };
        pending.set(id, {
          operation,
          resolve(value: OperationOutput<typeof operation>) {
            release();
            if (signal?.aborted) reject(signal.reason);
            else resolve(value);
          },
          // Whatever an operation comes to after it was cancelled, and whoever ended its process: it is cancelled.
          reject(error) {
            release();
            reject(signal?.aborted ? signal.reason : error);
          },
          onProgress,
        });
        signal?.addEventListener('abort', abort, { once: true });
        process.send({ kind: 'call', id, operation, input });
      });
    },
    stop: () => engine?.process.kill(),
  };
}

function settle(pending: ReadonlyMap<number, Pending>, response: EngineResponse): void {
  // A reply to a call that is no longer waited for is dropped.
  const call = pending.get(response.id);
  switch (response.kind) {
    case 'progress':
      call?.onProgress(response.progress);
      return;
    case 'reply':
      if (response.reply.ok) call?.resolve(response.reply.value);
      else call?.reject(restoreError(response.reply.error));
      return;
  }
}

function restoreError({ code, message, detail, hint }: ErrorReport): StudioError {
  return new StudioError(code, message, { detail, hint });
}

function describeEnd(operation: OperationName, code: number): StudioError {
  return new StudioError('engine-stopped', `The engine process ended while it was busy with "${operation}".`, {
    detail: `Exit code ${code}.`,
    hint: 'Nothing was left half-written. Try again: a new engine starts by itself. If it ends again, the model may need more memory than this machine has.',
  });
}
