import { existsSync, readdirSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { runRecorded } from '../testing/runRecorded.ts';
import { hasSharedFolder, sharedPath } from '../testing/shared.ts';

/** What the message about a broken file must name. */
const faults: Readonly<Record<string, RegExp>> = {
  'FastestDet_ext_missing.onnx': /missing_file\.data/,
  'FastestDet_ext_traversal.onnx': /etc\/passwd.*refused/,
  'LICENSE.onnx': /text file/,
  'corrupt_middle.onnx': /damaged/,
  'empty.onnx': /empty/,
  'html_404.onnx': /HTML/,
  'ir99.onnx': /IR version 99/,
  'lfs_pointer.onnx': /Git LFS pointer/,
  'no_outputs.onnx': /no outputs/,
  'opset99.onnx': /opset 99/,
  'real_2byte_yolov10n_int8.onnx': /2 bytes/,
  'truncated_half.onnx': /cut short/,
  'onnx_test_gradient_of_add.onnx': /unknown operator ai\.onnx\.preview\.training:Gradient/,
  'unknown_op.onnx': /unknown operator NotAnOp/,
};

/** Files that are sound models, but no detectors that can be run: readable, and the reason is given. */
const notDetectors: Readonly<Record<string, RegExp>> = {
  'onnx_light_resnet50.onnx': /classifier/,
  'onnx_test_Conv3d.onnx': /not a picture/,
  'onnx_test_sequence_model1.onnx': /3 inputs/,
  // Runs only where the machine has the locale it asks for.
  'onnx_test_strnorm_model_monday_casesensintive_lower.onnx': /not a picture|locale/,
};

/** Sound detectors in unusual files. */
const detectors = [
  'FastestDet_ext.onnx',
  'meta_names_quotes.onnx',
  'yolox_nano_dynamic.onnx',
  'yolox_nano_fp16_io.onnx',
];

async function run(argv: readonly string[]) {
  const started = performance.now();
  const result = await runRecorded([...argv, '--quiet']);
  return { ...result, seconds: (performance.now() - started) / 1000 };
}

function expectPlainMessage(errors: string, fault: RegExp): void {
  expect(errors).toMatch(/^boxwright: /);
  expect(errors.split('\n').length).toBeLessThanOrEqual(3);
  expect(errors).not.toMatch(/^\s+at |node:internal|onnxruntime_src/m);
  expect(errors).toMatch(fault);
}

describe.skipIf(!hasSharedFolder)('files that break programs', () => {
  // Loading the engine is the start of the program, not the reading of a file.
  beforeAll(() => import('../operations.ts'), 60_000);

  const photo = sharedPath('data', 'photos', 'dog.jpg');

  it('are all named here', () => {
    const folder = sharedPath('nasty', 'onnx');
    const known = new Set([...Object.keys(faults), ...Object.keys(notDetectors)]);
    const others = existsSync(folder)
      ? readdirSync(folder).filter((name) => name.endsWith('.onnx') && !known.has(name))
      : [];
    expect(others).toEqual(detectors);
  });

  it.each(Object.entries(faults))('%s: inspect and detect name the fault', async (name, fault) => {
    const path = sharedPath('nasty', 'onnx', name);
    for (const argv of [
      ['inspect', path],
      ['detect', path, photo],
    ]) {
      const { exitCode, errors, seconds } = await run(argv);
      expect(exitCode).toBe(1);
      expectPlainMessage(errors, fault);
      expect(seconds).toBeLessThan(5);
    }
  });

  it.each(Object.entries(notDetectors))('%s: inspect reads it, detect says why not', async (name, reason) => {
    const path = sharedPath('nasty', 'onnx', name);
    const inspected = await run(['inspect', path]);
    expect(inspected.exitCode).toBe(inspected.errors === '' ? 0 : 1);
    expect(inspected.out).toMatch(/^Not runnable as a detector: /m);
    const { exitCode, errors } = await run(['detect', path, photo]);
    expect(exitCode).toBe(1);
    expectPlainMessage(errors, reason);
  });

  it('still shows what a file holds that no runtime can run', async () => {
    const { out } = await run(['inspect', sharedPath('nasty', 'onnx', 'unknown_op.onnx')]);
    expect(out).toMatch(/^Not runnable as a detector: .*unknown operator NotAnOp/m);
    expect(out).toMatch(/^nodes /m);
  });

  it.each(detectors)('%s runs', async (name) => {
    const { exitCode, out } = await run(['detect', sharedPath('nasty', 'onnx', name), photo]);
    expect(exitCode).toBe(0);
    // Names of its own stand for the COCO classes in one of them.
    expect(out).toMatch(name === 'meta_names_quotes.onnx' ? /box/ : /^ {2}dog /m);
  });
});
