import type { Command } from 'commander';
import { StudioError } from '../../errors.ts';
import { formatBytes, formatCount, formatPercent } from '../../format.ts';
import type { DetectorReport, Inspection, LayerInfo, TensorInfo } from '../../types.ts';
import { type CommandHost, type CommonFlags, exitCodes } from '../host.ts';
import { addCommonOptions, addSpecOption, type SpecFlags, specOf } from '../options.ts';
import type { Style } from '../style.ts';
import { renderFacts, renderTable } from '../table.ts';

function describeTensor(tensor: TensorInfo): string {
  return `${tensor.name}  ${tensor.type}[${tensor.shape.join(', ')}]`;
}

function describeClasses(detector: DetectorReport): string {
  const shown = detector.classNames.slice(0, 8).join(', ');
  return `${detector.classes}: ${shown}${detector.classNames.length > 8 ? ', …' : ''}`;
}

function detectorFacts(detector: DetectorReport): [string, string][] {
  const [height, width] = detector.inputSize;
  const facts: [string, string][] = [
    ['family', detector.family],
    ['head', detector.head],
    [
      'input',
      `${width} x ${height}, ${detector.channels}, pixels x ${Number(detector.scale.toPrecision(6))}, ${detector.resize}`,
    ],
    ['classes', describeClasses(detector)],
  ];
  if (detector.strides.length > 0) facts.push(['strides', detector.strides.join(', ')]);
  facts.push(['selection', describeSelection(detector.spec)]);
  for (const other of detector.alternatives ?? []) facts.push(['could be', `${other.family}: ${other.head}`]);
  if (detector.corrected !== undefined) facts.push(['corrected', detector.corrected.join(', ')]);
  return facts;
}

function describeSelection({ nmsInGraph, bakedIn = {} }: DetectorReport['spec']): string {
  if (!nmsInGraph) return 'non-maximum suppression after the graph';
  const { confidence, iou, maxDetections } = bakedIn;
  const limits = [
    ...(confidence === undefined ? [] : [`scores above ${confidence}`]),
    ...(iou === undefined ? [] : [`IoU ${iou}`]),
    ...(maxDetections === undefined ? [] : [`at most ${maxDetections} boxes`]),
  ];
  return `in the graph${limits.length === 0 ? '' : `: ${limits.join(', ')}`}`;
}

function renderLayers(layers: readonly LayerInfo[]): string {
  return renderTable(
    [
      { title: 'layer', align: 'left' },
      { title: 'operator', align: 'left' },
      { title: 'output', align: 'left' },
      { title: 'parameters', align: 'right' },
      { title: 'MACs', align: 'right' },
      { title: 'zeros', align: 'right' },
    ],
    layers.map((layer) => [
      layer.name,
      layer.operator,
      layer.outputShape.join(' x '),
      formatCount(layer.parameters),
      formatCount(layer.macs),
      formatPercent(layer.sparsity),
    ]),
  );
}

function operatorLine(operators: Readonly<Record<string, number>>): string {
  const counted = Object.entries(operators).sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
  const shown = counted.slice(0, 10).map(([name, count]) => `${name} ${count}`);
  return shown.join(', ') + (counted.length > shown.length ? `, and ${counted.length - shown.length} more` : '');
}

/** What `boxwright inspect` prints for people. */
function renderInspection(inspection: Inspection, style: Style, withLayers: boolean): string {
  const opsets = Object.entries(inspection.opsets).map(([domain, opset]) => `${domain || 'ai.onnx'} ${opset}`);
  const facts: [string, string][] = [
    ['size', formatBytes(inspection.bytes)],
    ['sha256', inspection.sha256],
    ['precision', inspection.precision],
    ['parameters', `${formatCount(inspection.parameters)}, ${formatPercent(inspection.sparsity)} zeros`],
    ['MACs', inspection.macs === null ? 'unknown (open shapes)' : formatCount(inspection.macs)],
    ['opset', `${opsets.join(', ')} (IR ${inspection.irVersion})`],
    ['producer', inspection.producer || 'not stated'],
    ['nodes', `${inspection.nodes}: ${operatorLine(inspection.operators)}`],
    ...inspection.inputs.map((tensor): [string, string] => ['input', describeTensor(tensor)]),
    ...inspection.outputs.map((tensor): [string, string] => ['output', describeTensor(tensor)]),
  ];
  const parts = [`${style.bold(inspection.path)}\n`, renderFacts(facts)];
  const { detector } = inspection;
  if (detector !== null) {
    parts.push(`\n${style.bold('Detector')}\n`, renderFacts(detectorFacts(detector)));
    parts.push('\nConcluded from\n', ...detector.evidence.map((sentence) => `  ${sentence}\n`));
  }
  if (inspection.notRunnableBecause !== undefined) {
    parts.push(`\n${style.warn('Not runnable as a detector:')} ${inspection.notRunnableBecause}\n`);
  }
  if (inspection.warnings.length > 0) {
    parts.push(`\n${style.warn('Warnings')}\n`, ...inspection.warnings.map((warning) => `  ${warning}\n`));
  }
  if (withLayers) parts.push('\n', renderLayers(inspection.layers));
  return parts.join('');
}

interface InspectFlags extends CommonFlags, SpecFlags {
  readonly layers?: boolean;
  readonly saveSpec?: boolean;
  readonly forgetSpec?: boolean;
  readonly printSpec?: boolean;
}

function requireSpec({ spec }: SpecFlags): string {
  if (spec !== undefined) return spec;
  throw new StudioError('bad-input', 'There is nothing to keep.', { hint: 'Name the corrections with --spec FILE.' });
}

/** The whole specification, which is a correction of nothing. */
function renderSpec({ detector }: Inspection): string {
  return detector === null ? '' : `${JSON.stringify(detector.spec, null, 2)}\n`;
}

export function addInspect(program: Command, host: CommandHost): void {
  const command = program
    .command('inspect')
    .description('Say what an ONNX file is: size, cost, operators, and how it is fed and read as a detector')
    .argument('<model>', 'ONNX file')
    .option('--layers', 'list every layer with its cost');
  addSpecOption(command)
    .option('--save-spec', 'keep the corrections of --spec beside the model, for every command and the studio')
    .option('--forget-spec', 'delete the corrections kept beside the model')
    .option('--print-spec', 'print how the model is read as JSON, to start a correction from');
  addCommonOptions(command, [
    'inspect yolov8n.onnx',
    'inspect yolov8n.onnx --layers',
    'inspect yolov8n.onnx --json',
    'inspect own.onnx --print-spec > own.json',
    'inspect own.onnx --spec own.json --save-spec',
  ]);
  command.action((model: string, flags: InspectFlags) => {
    const presentation = {
      render: (inspection: Inspection, style: Style) =>
        flags.printSpec === true ? renderSpec(inspection) : renderInspection(inspection, style, flags.layers === true),
      exitCode: (inspection: Inspection) =>
        inspection.refusedByRuntime || (flags.printSpec === true && inspection.detector === null)
          ? exitCodes.failed
          : exitCodes.done,
      complaint: (inspection: Inspection) => inspection.notRunnableBecause ?? 'The runtime refuses this model.',
    };
    if (flags.forgetSpec === true) return host.run('correct', () => ({ model, correction: null }), flags, presentation);
    if (flags.saveSpec !== true) return host.run('inspect', () => ({ model, ...specOf(flags) }), flags, presentation);
    return host.run('correct', () => ({ model, correction: requireSpec(flags) }), flags, presentation);
  });
}
