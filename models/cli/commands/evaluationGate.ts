import { type Command, Option } from 'commander';
import type { EvaluateReport } from '../../types.ts';
import { exitCodes } from '../host.ts';
import { numberBetween } from '../options.ts';
import { renderEvaluation } from './evaluationText.ts';

/** What `addGate` reads. */
export interface GateFlags {
  readonly failUnder?: number;
}

/** By COCO's arithmetic even a perfect class may lack this much. */
const roundingError = 1e-9;

/** `--fail-under`. */
export function addGate(command: Command): Command {
  return command.addOption(
    new Option('--fail-under <ap>', 'exit with 3 when AP (COCO) is lower').argParser(numberBetween(0, 1)),
  );
}

/** How figures are shown, and what they are held against. */
export function presentEvaluation({ failUnder }: GateFlags) {
  return {
    render: renderEvaluation,
    exitCode: ({ coco }: EvaluateReport) =>
      failUnder !== undefined && coco.AP < failUnder - roundingError ? exitCodes.gate : exitCodes.done,
    complaint: ({ coco }: EvaluateReport) =>
      coco.AP < 0
        ? `there is no AP, because there are no objects to find; --fail-under asks for ${failUnder}.`
        : `AP is ${coco.AP.toFixed(4)}, under the ${failUnder} that --fail-under asks for.`,
  };
}
