// Our half of build/peers/quantize.py: node build/peers/ranges.mjs MODEL CALIBRATOR FOLDER PICTURE...
// Measures the calibration ranges of MODEL in a process of their own and leaves in FOLDER what the peer needs (see ranges.ts).
import { bundleForNode } from '../bundleForNode.mjs';
import { runCommand } from '../command.mjs';
import { run } from '../run.mjs';

await runCommand(async () => {
  const program = await bundleForNode('build/peers/ranges.ts', 'peers');
  return run(process.execPath, [program, ...process.argv.slice(2)]);
});
