import type { Command } from 'commander';
import type { LayersReport, UnmatchedLayer } from '../../types.ts';
import type { CommandHost, CommonFlags } from '../host.ts';
import { addCommonOptions, addSpecOption, type SpecFlags, specOf } from '../options.ts';
import { printable } from '../style.ts';
import { renderTable } from '../table.ts';

interface LayersFlags extends CommonFlags, SpecFlags {
  readonly image: string;
}

function whyUnmatched({ of, why }: UnmatchedLayer): string {
  switch (why) {
    case 'missing':
      return `only in the ${of}`;
    case 'shape':
      return 'another shape';
    case 'type':
      return 'another type';
  }
}

/** What `boxwright layers` prints for people: worst first. */
function renderLayers({ layers, unmatched }: LayersReport): string {
  const ranked = layers.toSorted((a, b) => (a.sqnr ?? Number.NEGATIVE_INFINITY) - (b.sqnr ?? Number.NEGATIVE_INFINITY));
  const compared = renderTable(
    [
      { title: 'layer', align: 'left' },
      { title: 'operator', align: 'left' },
      { title: 'SQNR', align: 'right' },
    ],
    ranked.map(({ name, operator, sqnr }) => [
      printable(name),
      printable(operator),
      sqnr === null ? 'not finite' : `${sqnr.toFixed(1)} dB`,
    ]),
  );
  if (unmatched.length === 0) return compared;
  const rest = renderTable(
    [
      { title: 'not compared', align: 'left' },
      { title: 'operator', align: 'left' },
      { title: 'why', align: 'left' },
    ],
    unmatched.map((layer) => [printable(layer.name), printable(layer.operator), whyUnmatched(layer)]),
  );
  return `${compared}\n${rest}`;
}

export function addLayers(program: Command, host: CommandHost): void {
  const command = program
    .command('layers')
    .description("Show how far each layer's result in a variant lies from the baseline's, on one picture, worst first")
    .argument('<baseline>', 'ONNX file')
    .argument('<variant>', 'ONNX file made from it')
    .requiredOption('--image <file>', 'picture');
  addSpecOption(command);
  addCommonOptions(command, [
    'layers yolov8n.onnx int8.onnx --image bus.jpg',
    'layers yolov8n.onnx int8.onnx --image bus.jpg --json',
  ]);
  command.action((baseline: string, variant: string, flags: LayersFlags) =>
    host.run('layers', () => ({ baseline, variant, image: flags.image, ...specOf(flags) }), flags, {
      render: renderLayers,
    }),
  );
}
