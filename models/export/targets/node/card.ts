import { formatBytes, formatCount, formatPercent } from '../../../format.ts';
import type { BundleManifest } from '../../manifest.ts';

/** Text as Markdown shows it, on one line: nothing in it starts a link, a table cell or markup. */
function plain(text: string): string {
  return text.replace(/\s+/g, ' ').replace(/[\\`*_{}[\]<>#|!~]/g, (character) => `\\${character}`);
}

function factRows(manifest: BundleManifest): string {
  const { model, spec, postprocess, license } = manifest;
  const [height, width] = spec.input.size;
  const rows: readonly (readonly [string, string])[] = [
    ['Family', `${spec.family}: ${plain(spec.head)}`],
    [
      'Input',
      `${width} x ${height}, ${spec.input.channels}, ${spec.input.layout}, ${spec.input.type}, ${spec.input.resize}`,
    ],
    ['Pixel values', `x ${Number(spec.input.scale.toPrecision(6))}, bars ${spec.input.padValue}`],
    [
      'Thresholds',
      `confidence above ${postprocess.confidence}, IoU ${postprocess.iou}, at most ${postprocess.maxDetections} boxes`,
    ],
    ['Selection', spec.nmsInGraph ? 'inside the model' : 'non-maximum suppression per class, after the model'],
    ['Precision', model.precision],
    ['Size', `${formatBytes(model.bytes)}, ${formatCount(model.parameters)} parameters`],
    ['Multiply-adds', model.macs === null ? 'unknown' : formatCount(model.macs)],
    ['Zero weights', formatPercent(model.sparsity)],
    ['SHA-256', `\`${model.sha256}\``],
    ['Licence', license === null ? 'not stated: ask whoever gave you this bundle' : plain(license)],
  ];
  return rows.map(([name, value]) => `| ${name} | ${value} |`).join('\n');
}

/** README.md of a Node bundle: the model card and how to run it. */
export function renderCard(manifest: BundleManifest): string {
  const shown = manifest.spec.classNames.slice(0, 100).map(plain).join(', ');
  const provenance =
    Object.keys(manifest.provenance).length === 0
      ? 'Nothing was recorded.'
      : `\`\`\`json\n${JSON.stringify(manifest.provenance, null, 2).replaceAll('```', "'''")}\n\`\`\``;
  return `# ${plain(manifest.name)}

An object detector, packed by ${plain(manifest.generator)} with all that is needed to run it right and to prove it.

    npm install
    node verify.mjs            # does it find here what it should?
    node run.mjs photo.jpg     # prints the boxes as JSON

| | |
|---|---|
${factRows(manifest)}

## Classes

${manifest.spec.classes}: ${shown}${manifest.spec.classNames.length > 100 ? ', …' : ''}. One a line in \`labels.txt\`; the first has id 0.

## Files

- \`model.onnx\`: the network. \`manifest.json\`: how it is fed and read, exactly.
- \`run.mjs\` and \`decode.mjs\`: preprocessing, run, decoding and selection in two plain files, made for reading and taking over.
- \`golden/\`: pictures and, in \`expected.json\`, what the model finds on them; \`verify.mjs\` checks it. An edge may differ by
  ${manifest.golden.tolerance.box} pixels and a score by ${manifest.golden.tolerance.score}: processors round differently.
- \`SHA256SUMS\`: for \`sha256sum --check SHA256SUMS\`.

## Where it comes from

${provenance}

## Tested with

${plain(manifest.tested)}
`;
}
