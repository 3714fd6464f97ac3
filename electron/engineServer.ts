import type { EngineOperations, OperationInput, OperationName, OperationOutput } from '../models/api.ts';
import { reportError } from '../models/errors.ts';
import type { EngineRequest, EngineResponse } from './engineMessages.ts';
import { createProgressMeter } from './progressMeter.ts';

/** What an engine can do, loaded with its first call: the runtime is large, and messages must be heard meanwhile. */
export interface EngineTable {
  readonly operations: EngineOperations;
  /** @throws StudioError `bad-input` */
  readonly parseInput: <Name extends OperationName>(name: Name, request: unknown) => OperationInput<Name>;
}

/** The engine's side of the messages: runs operations, reports progress, aborts on request, replies once per call. */
export function createEngineServer(
  load: () => Promise<EngineTable>,
  send: (response: EngineResponse) => void,
): (request: EngineRequest) => void {
  const running = new Map<number, AbortController>();

  async function perform<Name extends OperationName>(
    id: number,
    operation: Name,
    input: unknown,
    signal: AbortSignal,
  ): Promise<OperationOutput<Name>> {
    const { operations, parseInput } = await load();
    const meter = createProgressMeter((progress) => send({ kind: 'progress', id, progress }));
    try {
      signal.throwIfAborted();
      const parsed = parseInput(operation, input);
      return await operations[operation](parsed, { signal, report: meter.report });
    } finally {
      meter.stop();
    }
  }

  async function answer(id: number, operation: OperationName, input: unknown): Promise<void> {
    const controller = new AbortController();
    running.set(id, controller);
    try {
      send({ kind: 'reply', id, reply: { ok: true, value: await perform(id, operation, input, controller.signal) } });
    } catch (error) {
      send({ kind: 'reply', id, reply: { ok: false, error: reportError(error) } });
    } finally {
      running.delete(id);
    }
  }

  return (request) => {
    switch (request.kind) {
      case 'call':
        void answer(request.id, request.operation, request.input);
        return;
      case 'abort':
        running.get(request.id)?.abort();
        return;
    }
  };
}
