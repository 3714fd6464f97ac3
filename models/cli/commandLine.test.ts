import { existsSync } from 'node:fs';
import { copyFile, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { writeModel } from '../graph/write.ts';
import { fixedDetector } from '../testing/fixedDetector.ts';
import { temporaryFolder } from '../testing/folder.ts';
import { runRecorded as run } from '../testing/runRecorded.ts';
import { writePicture } from '../testing/writePicture.ts';
import { version } from '../version.ts';

const folder = temporaryFolder();

const cup = { classId: 0, score: 0.9, box: [8, 8, 40, 40] } as const;
const ball = { classId: 1, score: 0.6, box: [44, 44, 60, 60] } as const;

async function makeModel(name: string, boxes: Parameters<typeof fixedDetector>[0]) {
  const path = join(folder, name);
  await writeModel(path, fixedDetector(boxes));
  return path;
}

const model = await makeModel('two things.onnx', [cup, ball]);
const onlyCup = await makeModel('one thing.onnx', [cup]);
const picture = await writePicture(join(folder, 'a.png'));
const second = await writePicture(join(folder, 'b.jpg'), 128, 64, 2);

const commands = [
  'inspect',
  'detect',
  'prune',
  'quantize',
  'derive',
  'recipe',
  'presets',
  'compare',
  'evaluate',
  'merge',
  'benchmark',
  'export',
  'verify',
  'dataset',
  'providers',
  'demo',
];

describe('usage', () => {
  it('lists every command and says its version', async () => {
    const help = await run(['--help']);
    expect(help.exitCode).toBe(0);
    for (const command of commands) expect(help.out).toMatch(new RegExp(`^ {2}${command} `, 'm'));
    expect(await run(['--version'])).toMatchObject({ exitCode: 0, out: `${version}\n` });
  });

  it.each(commands)('%s --help ends with examples of itself', async (command) => {
    const help = await run([command, '--help']);
    expect(help.exitCode).toBe(0);
    const [, examples = ''] = help.out.split('Examples:');
    expect(examples).toContain(`boxwright ${command}`);
  });

  it.each([
    [['detect', 'a.onnx', 'b.jpg', '--cnof', '0.3'], "unknown option '--cnof'"],
    [['detect', 'a.onnx', 'b.jpg', '--conf', '1.5'], 'from 0 to 1'],
    [['detect', 'a.onnx', 'b.jpg', '--provider', 'gpu'], 'Allowed choices are cpu'],
    [['detect', 'a.onnx'], "missing required argument 'images'"],
    [['inspekt', 'a.onnx'], 'Did you mean inspect?'],
    [['prune', 'a.onnx'], "required option '-o, --output <file>'"],
    [['quantize', 'a.onnx', '-o', 'b.onnx', '--precision', 'int4'], 'Allowed choices are int8'],
    [['benchmark', 'a.onnx', '--runs', '2.5'], 'whole number'],
    [['compare', 'a.onnx', 'b.onnx', '--runs', ''], 'whole number'],
    [['evaluate', 'a.onnx', '--data', 'b', '--shard', '4/3'], 'like 3/16'],
    [['evaluate', 'a.onnx', '--data', 'b', '--shard', '1/3'], '--shard needs a file'],
    [['evaluate', 'a.onnx'], 'Name a model and --data, or --predictions and --annotations.'],
    [['evaluate', '--predictions', 'a.json'], 'What is to be measured is not clear'],
    [['evaluate', 'a.onnx', '--data', 'b', '--predictions', 'c', '--annotations', 'd'], 'not clear'],
    [['merge'], "missing required argument 'parts'"],
  ])('exits with 2 for %j', async (argv, message) => {
    const { exitCode, out, errors } = await run(argv);
    expect(exitCode).toBe(2);
    expect(out).toBe('');
    expect(errors).toContain('boxwright: ');
    expect(errors).toContain(message);
    const json = await run([...argv, '--json']);
    expect(json).toMatchObject({ exitCode: 2, errors });
    expect(JSON.parse(json.out)).toMatchObject({
      error: { code: 'bad-input', message: expect.stringMatching(/^\S.*$/) },
    });
  });

  it('suggests the nearest option', async () => {
    expect((await run(['detect', 'a.onnx', 'b.jpg', '--cnof', '0.3'])).errors).toContain('Did you mean --conf?');
  });
});

describe('errors', () => {
  it('is one line without a stack, exit 1; the same as one JSON object', async () => {
    const path = join(folder, 'missing.onnx');
    const { exitCode, out, errors } = await run(['inspect', path]);
    expect(exitCode).toBe(1);
    expect(out).toBe('');
    expect(errors).toBe(`boxwright: ${path} does not exist.\n`);
    const json = await run(['inspect', path, '--json']);
    expect(JSON.parse(json.out)).toMatchObject({ error: { code: 'file-not-found' } });
  });

  it('is cancelled by Ctrl-C with 130', async () => {
    const controller = new AbortController();
    controller.abort();
    const { exitCode, errors } = await run(['detect', model, picture], { signal: controller.signal });
    expect(exitCode).toBe(130);
    expect(errors).toBe('boxwright: Cancelled.\n');
  });
});

const detectReport = z.object({
  images: z.array(
    z.looseObject({ path: z.string(), detections: z.array(z.looseObject({ className: z.string() })).optional() }),
  ),
});

describe('detect', () => {
  it('prints exactly one JSON object, boxes in picture pixels', async () => {
    const { exitCode, out } = await run(['detect', model, second, '--json']);
    expect(exitCode).toBe(0);
    expect(out.trimEnd().split('\n')).toHaveLength(1);
    // 128 x 64 in a 64 x 64 input: half size, 16 pixels of bar above. Input x 8 is picture x 16; input y 8 lies above it.
    expect(JSON.parse(out)).toMatchObject({
      model,
      images: [
        {
          width: 128,
          height: 64,
          detections: [
            { classId: 0, className: 'cup', box: [16, 0, 80, 48] },
            { classId: 1, className: 'ball', box: [88, 56, 120, 64] },
          ],
        },
      ],
    });
  });

  it('reads paths from standard input, among others', async () => {
    const io = { readInput: async () => `${picture}\n${second}\r\n` };
    const { out } = await run(['detect', model, '-', '--json'], io);
    expect(detectReport.parse(JSON.parse(out)).images.map((image) => image.path)).toEqual([picture, second]);
    expect((await run(['detect', model, '-'], { readInput: async () => '\n' })).exitCode).toBe(1);
  });

  it.skipIf(process.platform === 'win32')(
    'takes names of any kind, also with line breaks, and prints them on one',
    async () => {
      const odd = join(folder, 'dir # % ?\n', 'new\nline \u001b[31m.png');
      await mkdir(dirname(odd), { recursive: true });
      await copyFile(picture, odd);
      const io = { readInput: async () => `${odd}\0${second}\0` };
      const { out } = await run(['detect', model, '-', '--json'], io);
      expect(detectReport.parse(JSON.parse(out)).images.map((image) => image.path)).toEqual([odd, second]);
      const shown = await run(['detect', model, dirname(odd)]);
      expect(shown.out).toContain('dir # % ?\\x0a');
      expect(shown.out).toContain('new\\x0aline \\x1b[31m.png');
      expect((await run(['detect', model, `${odd}.gone`, '--quiet'])).errors).toMatch(
        /^boxwright: [^\n]*does not exist[^\n]*\n$/,
      );
    },
  );

  it('goes on after an unreadable picture, and fails when none can be read', async () => {
    const broken = join(folder, 'missing.png');
    const some = await run(['detect', model, picture, model, broken, '--json']);
    expect(some.exitCode).toBe(0);
    expect(JSON.parse(some.out)).toMatchObject({
      images: [{ path: picture }, { path: model, error: {} }, { path: broken, error: { code: 'file-not-found' } }],
    });
    const none = await run(['detect', model, model, '--json']);
    expect(none.exitCode).toBe(1);
    expect(none.errors).toContain('None of the 1 pictures could be read');
    expect((await run(['detect', model, broken])).exitCode).toBe(1);
  });

  it('prints boxes for people', async () => {
    const { out } = await run(['detect', model, picture]);
    expect(out).toContain(`${picture}  64 x 64, 2 boxes`);
    expect(out).toMatch(/^ {2}cup +0\.900 +\[8\.0, 8\.0, 40\.0, 40\.0\]$/m);
  });
});

describe('inspect', () => {
  it('says how the model is read', async () => {
    const { exitCode, out } = await run(['inspect', model]);
    expect(exitCode).toBe(0);
    expect(out).toMatch(/^family +v8$/m);
    expect(out).toMatch(/^classes +2: cup, ball$/m);
    const json = await run(['inspect', model, '--json']);
    expect(JSON.parse(json.out)).toMatchObject({
      precision: 'fp32',
      detector: { inputSize: [64, 64], strides: [8, 16, 32] },
    });
  });
});

describe('compare', () => {
  const argv = ['compare', model, onlyCup, '--images', picture, second, '--runs', '10', '--warmup', '0'];

  it('counts what the variant lost and writes report and figures', async () => {
    const files = { report: join(folder, 'report.html'), csv: join(folder, 'figures.csv') };
    const { exitCode, out } = await run([...argv, '--report', files.report, '--csv', files.csv, '--json']);
    expect(exitCode).toBe(0);
    // Two pictures, a cup kept and a ball lost on each: F1 is 2 * 2 / (4 + 2).
    expect(JSON.parse(out)).toMatchObject({
      baseline: model,
      imageCount: 2,
      models: [{}, { agreement: { matched: 2, lost: 2, extra: 0, f1: 2 / 3, recall: 0.5, precision: 1 } }],
      images: [{ lost: 1 }, { lost: 1 }],
    });
    expect(existsSync(files.report)).toBe(true);
    expect(existsSync(files.csv)).toBe(true);
  });

  it('exits with 3 when a gate is not met', async () => {
    const { exitCode, errors } = await run([...argv, '--fail-under', '0.9']);
    expect(exitCode).toBe(3);
    expect(errors).toContain('0.6667');
    expect((await run([...argv, '--fail-under', '0.6'])).exitCode).toBe(0);
  });
});

describe('progress', () => {
  it('goes to standard error, or nowhere with --quiet', async () => {
    expect((await run(['detect', model, picture])).errors).toMatch(/^boxwright: .+ \d+ %$/m);
    expect((await run(['detect', model, picture, '--quiet'])).errors).toBe('');
  });
});
