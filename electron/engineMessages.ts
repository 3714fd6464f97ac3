import type { OperationName, OperationOutput } from '../models/api.ts';
import type { Progress } from '../models/types.ts';
import type { Reply } from './contract.ts';

/** What the main process sends to an engine. The input is checked by the engine, against the operation's schema. */
export type EngineRequest =
  | { readonly kind: 'call'; readonly id: number; readonly operation: OperationName; readonly input: unknown }
  | { readonly kind: 'abort'; readonly id: number };

/** What an engine sends back: any number of progress messages, then exactly one reply for each call. */
export type EngineResponse =
  | { readonly kind: 'progress'; readonly id: number; readonly progress: Progress }
  | { readonly kind: 'reply'; readonly id: number; readonly reply: Reply<OperationOutput<OperationName>> };
