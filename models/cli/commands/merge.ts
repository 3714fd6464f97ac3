import type { Command } from 'commander';
import type { CommandHost, CommonFlags } from '../host.ts';
import { addCommonOptions } from '../options.ts';
import { addGate, type GateFlags, presentEvaluation } from './evaluationGate.ts';

export function addMerge(program: Command, host: CommandHost): void {
  const command = program
    .command('merge')
    .description('Join the parts of an evaluation that was spread over machines: exactly the figures of one run')
    .argument('<parts...>', 'files that evaluate --shard wrote, in any order; - reads their paths from standard input');
  addCommonOptions(addGate(command), ['merge part-1.bwe part-2.bwe part-3.bwe', 'merge parts/*.bwe --json']);
  command.action((parts: string[], flags: CommonFlags & GateFlags) =>
    host.run('merge', async () => ({ parts: await host.expandPaths(parts) }), flags, presentEvaluation(flags)),
  );
}
