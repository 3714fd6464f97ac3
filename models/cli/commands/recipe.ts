import type { Command } from 'commander';
import { formatQuantity } from '../../format.ts';
import { describeStep } from '../../recipe/describeStep.ts';
import type { Recipe } from '../../recipeSchema.ts';
import type { CommandHost, CommonFlags } from '../host.ts';
import { addCommonOptions } from '../options.ts';
import type { Style } from '../style.ts';

/** What `boxwright recipe` prints for people: the way from the original, one step a line. */
function renderRecipe({ original, steps }: Recipe, style: Style): string {
  const origin = original === undefined ? '' : `original  SHA-256 ${original}\n`;
  const lines = steps.map((step, index) => {
    const pictures = step.operation === 'fold' ? undefined : step.pictures;
    const seen = pictures === undefined ? '' : style.dim(` with ${formatQuantity(pictures.length, 'picture')}`);
    return `${`step ${index + 1}`.padEnd(8)}  ${describeStep(step)}${seen}\n`;
  });
  return `${origin}${lines.join('')}${lines.length === 0 ? 'This file was not derived: there is no step.\n' : ''}`;
}

export function addRecipe(program: Command, host: CommandHost): void {
  const command = program
    .command('recipe')
    .description('Show by which steps a variant was derived; --json gives the recipe, to be kept and applied again')
    .argument('<file>', 'variant (ONNX) or recipe (JSON)');
  addCommonOptions(command, ['recipe yolov8n-int8.onnx', 'recipe yolov8n-int8.onnx --json > recipe.json']);
  command.action((path: string, flags: CommonFlags) =>
    host.run('recipe', async () => ({ path }), flags, { render: renderRecipe }),
  );
}
