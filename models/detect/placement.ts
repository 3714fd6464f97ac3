import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Tensor } from 'onnxruntime-node';
import { z } from 'zod';
import { StudioError } from '../errors.ts';
import type { ProviderUse } from '../types.ts';
import { createSession, type OpenSession, type SessionRequest } from './providers.ts';
import { explainRunError } from './runtimeErrors.ts';

/** Where the nodes of a graph ran. */
export interface Placement {
  /** Nodes by provider, shape arithmetic and copies between memories left out. */
  readonly nodes: Readonly<Record<string, number>>;
  /** Operators that each provider ran. */
  readonly operators: ReadonlyMap<string, ReadonlySet<string>>;
}

/** Whole numbers up to this many are sizes and indices: every provider leaves their arithmetic to the CPU by design. */
const shapeElements = 64;
const wholeTypes = new Set(['int64', 'int32', 'uint64', 'uint32', 'bool']);
/** Operators named in a message. */
const namedOperators = 4;

const profiledNode = z.object({
  cat: z.literal('Node'),
  name: z.string().endsWith('_kernel_time'),
  args: z.object({
    provider: z.string(),
    op_name: z.string(),
    node_index: z.string(),
    output_type_shape: z.array(z.record(z.string(), z.array(z.number()))).default([]),
  }),
});

type ProfiledNode = z.output<typeof profiledNode>['args'];

/** "WebGpuExecutionProvider" -> "webgpu": the runtime's names are ours with an ending. */
function shortName(provider: string): string {
  return provider.replace(/ExecutionProvider$/, '').toLowerCase();
}

function isShapeArithmetic({ output_type_shape: outputs }: ProfiledNode): boolean {
  return (
    outputs.length > 0 &&
    outputs.every((output) =>
      Object.entries(output).every(
        ([type, dims]) => wholeTypes.has(type) && dims.reduce((product, dim) => product * dim, 1) <= shapeElements,
      ),
    )
  );
}

/**
 * Reads from a profile of the runtime (a JSON list of trace events) which provider ran how many nodes. A node that ran several
 * times counts once.
 * @throws Error when the text is no such profile
 */
export function readPlacement(profile: string): Placement {
  const nodes: Record<string, number> = {};
  const operators = new Map<string, Set<string>>();
  const seen = new Set<string>();
  for (const event of z.array(z.unknown()).parse(JSON.parse(profile))) {
    const node = profiledNode.safeParse(event);
    if (!node.success) continue;
    const { args, name } = node.data;
    const key = `${args.node_index} ${name}`;
    if (seen.has(key) || /^Memcpy/.test(args.op_name) || isShapeArithmetic(args)) continue;
    seen.add(key);
    const provider = shortName(args.provider);
    nodes[provider] = (nodes[provider] ?? 0) + 1;
    operators.set(provider, (operators.get(provider) ?? new Set()).add(args.op_name));
  }
  return { nodes, operators };
}

/** What a placement means for figures: `use` with its nodes, and why they are invalid where another provider ran some. */
export function judgePlacement(use: ProviderUse, { nodes, operators }: Placement): ProviderUse {
  const total = Object.values(nodes).reduce((sum, count) => sum + count, 0);
  const own = nodes[use.used] ?? 0;
  if (own === total) return { ...use, nodes };
  const others = Object.keys(nodes).filter((name) => name !== use.used);
  const foreign = others.flatMap((name) => [...(operators.get(name) ?? [])]).sort();
  const named = foreign.slice(0, namedOperators).join(', ');
  const more = foreign.length > namedOperators ? ` and ${foreign.length - namedOperators} more kinds` : '';
  const count = own === 0 ? `None of its ${total} nodes` : `Only ${own} of its ${total} nodes`;
  return {
    ...use,
    nodes,
    invalidBecause: `${count} ran on ${use.used}; the others (${named}${more}) ran on ${others.join(', ')}.`,
  };
}

/**
 * Runs a model once under the runtime's profiler, in a session of its own, and tells where its nodes ran.
 * @throws StudioError what opening and running a model throws
 */
async function measurePlacement(
  model: string | Uint8Array,
  request: SessionRequest,
  feeds: Readonly<Record<string, Tensor>>,
): Promise<Placement> {
  const folder = await mkdtemp(join(tmpdir(), 'boxwright-profile-'));
  try {
    const { session } = await createSession(model, { ...request, profilePrefix: join(folder, 'run') });
    try {
      await session.run(feeds);
    } catch (error) {
      throw explainRunError(request.name ?? (typeof model === 'string' ? model : 'The model'), error);
    } finally {
      session.endProfiling(); // writes the file
      await session.release();
    }
    const [file] = await readdir(folder);
    if (file === undefined) throw new Error('The runtime wrote no profile.');
    return readPlacement(await readFile(join(folder, file), 'utf8'));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * Makes sure that an open model runs where it was asked to: the runtime silently gives the CPU every node that another
 * provider lacks. A session that turns out to run elsewhere is closed.
 * @param makeFeeds makes what one run takes; not called for the CPU
 * @throws StudioError `provider-fallback` unless the request allows it, and what opening and running a model throws
 */
export async function confirmProvider(
  model: string | Uint8Array,
  request: SessionRequest,
  { session, provider }: OpenSession,
  makeFeeds: () => Readonly<Record<string, Tensor>>,
): Promise<ProviderUse> {
  if (provider.used === 'cpu') return provider;
  try {
    const use = judgePlacement(provider, await measurePlacement(model, request, makeFeeds()));
    if (use.invalidBecause === undefined || request.allowFallback === true) return use;
    const name = request.name ?? (typeof model === 'string' ? model : 'The model');
    throw new StudioError(
      'provider-fallback',
      `${name} does not run on ${provider.used} alone: ${use.invalidBecause}`,
      {
        hint: 'Choose cpu, or allow the fallback (--allow-fallback): figures are then marked as invalid.',
      },
    );
  } catch (error) {
    await session.release();
    throw error;
  }
}
