/** A made-up shell: answers like the real one, from memory, with jobs that take a few seconds. */
import type {
  Job,
  JobRequest,
  JobResult,
  OpenReport,
  Project,
  Reply,
  Settings,
  ShellEventName,
  ShellEvents,
  StudioApi,
  Variant,
} from '../../electron/contract.ts';
import type { ErrorReport } from '../../models/errors.ts';
import type { CompareReport } from '../../models/types.ts';
import { makeGraphDifference, makeLayersReport } from './fakeDifferences.ts';
import { makeAgreement, makePresets, makeSensitivity, makeVariant } from './fakeModels.ts';
import { lookAtScene, makeScene, paintScene } from './fakeScenes.ts';

const figures = { parameters: 3.15e6, macs: 4.37e9, bytes: 12.8e6, sparsity: 0 };

const ok = <Value>(value: Value): Reply<Value> => ({ ok: true, value });
const refuse = (error: ErrorReport): Reply<never> => ({ ok: false, error });

/** `?empty`, `?light`, `?zh` and `?models=none|one|many` choose what it starts with. */
export function fakeStudio(choice: URLSearchParams): StudioApi {
  const listeners: { [Name in ShellEventName]: Set<(value: ShellEvents[Name]) => void> } = {
    project: new Set(),
    settings: new Set(),
    job: new Set(),
    jobDismissed: new Set(),
    command: new Set(),
    opened: new Set(),
    notice: new Set(),
  };
  const scenes = Array.from({ length: 12 }, (_, index) => makeScene(index));
  const images = scenes.map((scene, index) => {
    const url = paintScene(scene);
    return { path: `/pictures/scene ${index}.jpg`, name: `scene ${index}.jpg`, url, thumbnailUrl: url };
  });
  const original = makeVariant({ id: 'original', parentId: null, name: 'yolov8n' });
  const guarded = makeVariant({
    id: 'int8',
    parentId: 'original',
    name: 'int8 · head guarded',
    agreement: makeAgreement(57, 2, 3),
    inspection: { bytes: 3_612_000, precision: 'int8-qdq' },
  });
  const pruned = makeVariant({
    id: 'pruned',
    parentId: 'original',
    name: 'pruned 30 %',
    agreement: makeAgreement(52, 7, 2),
    warnings: ['7 of 59 boxes of the parent were lost on 12 pictures.'],
    inspection: { sparsity: 0.3 },
  });
  const both = makeVariant({
    id: 'pruned-int8',
    parentId: 'pruned',
    name: 'pruned 30 % · int8',
    agreement: makeAgreement(49, 6, 4),
    inspection: { bytes: 3_610_000, sparsity: 0.3, precision: 'int8-qdq' },
  });
  const classifier = makeVariant({
    id: 'classifier',
    parentId: null,
    name: 'resnet18',
    inspection: {
      detector: null,
      notRunnableBecause: 'The only output is [1, 1000]: a list of class scores without boxes, as classifiers give.',
      bytes: 46_800_000,
      parameters: 11_689_512,
    },
  });
  const noise: Record<string, number> = { original: 0.02, int8: 0.14, pruned: 0.3, 'pruned-int8': 0.42 };

  const models = choice.get('models') ?? 'many';
  let project: Project = { variants: [], images: [], datasets: [], comparisons: {} };
  const sample = (variants: readonly Variant[]): Project => ({ variants, images, datasets: [], comparisons: {} });
  if (!choice.has('empty')) {
    if (models === 'one') project = sample([original]);
    if (models === 'many') {
      const variants = [original, guarded, pruned, both, classifier];
      project = { ...sample(variants), comparisons: { original: compare([original, guarded, pruned]) } };
    }
  }
  let settings: Settings = {
    colorScheme: choice.has('light') ? 'light' : 'dark',
    language: choice.has('zh') ? 'zh-CN' : 'en',
    provider: 'cpu',
    threads: null,
    confidence: 0.25,
    iou: 0.7,
  };
  let jobs: readonly Job[] = [];
  let serial = 0;

  function emit<Name extends ShellEventName>(name: Name, value: ShellEvents[Name]): void {
    for (const listener of listeners[name]) listener(value);
  }
  function setProject(change: Partial<Project>): void {
    project = { ...project, ...change };
    emit('project', project);
  }
  function setJob(job: Job): void {
    jobs = jobs.some(({ id }) => id === job.id)
      ? jobs.map((other) => (other.id === job.id ? job : other))
      : [...jobs, job];
    emit('job', job);
  }
  function compare(variants: readonly Variant[]): CompareReport {
    const p50s: Record<string, number> = { original: 67.5, int8: 33.4, pruned: 66.8, 'pruned-int8': 33.1 };
    const compared = variants.map((variant) => {
      const p50 = p50s[variant.id] ?? 40;
      return {
        path: variant.modelPath,
        name: variant.name,
        bytes: variant.inspection.bytes,
        parameters: variant.inspection.parameters,
        macs: variant.inspection.macs,
        sparsity: variant.inspection.sparsity,
        precision: variant.inspection.precision,
        provider: { requested: 'cpu', used: 'cpu' } as const,
        latency: {
          p50,
          p90: p50 * 1.05,
          p95: p50 * 1.1,
          p99: p50 * 1.3,
          mean: p50,
          min: p50 * 0.9,
          runs: 100,
          throughput: 1000 / p50,
        },
        load: 90,
        peakMemory: 3e8,
        ...(variant.agreement ? { agreement: variant.agreement } : {}),
        images: images.map(({ path }, index) => ({
          path,
          lost: index % 4 === 1 ? 1 : 0,
          extra: index % 5 === 3 ? 1 : 0,
          moved: 0,
          changedClass: 0,
          groups: [],
        })),
      };
    });
    return {
      baseline: variants[0]?.modelPath ?? '',
      models: compared,
      images: compared[1]?.images ?? [],
      pareto: compared.map(({ path, latency, agreement }) => ({
        path,
        p50: latency.p50,
        f1: agreement?.f1 ?? 1,
        best: path.includes('int8') || path.includes('yolov8n'),
      })),
      device: 'Intel Xeon, VNNI',
      threads: 2,
      imageCount: images.length,
    };
  }
  function openSample(): OpenReport {
    setProject(sample([original]));
    return { variantIds: ['original'], images: images.length, problems: [] };
  }
  function resultOf(request: JobRequest): JobResult {
    switch (request.kind) {
      case 'prune':
      case 'quantize': {
        const isPrune = request.kind === 'prune';
        const made = isPrune ? pruned : guarded;
        if (!project.variants.some(({ id }) => id === made.id)) setProject({ variants: [...project.variants, made] });
        setProject({ comparisons: { ...project.comparisons, original: compare([original, made]) } });
        const before = figures;
        const common = {
          out: made.modelPath,
          sha256: made.id,
          agreement: makeAgreement(57, 2, 3),
          warnings: made.warnings,
        };
        return isPrune
          ? {
              kind: 'prune',
              variantId: made.id,
              report: {
                ...common,
                before,
                after: { ...before, sparsity: 0.3 },
                compressedBytes: { before: 11.9e6, after: 9.2e6 },
                groups: [],
              },
            }
          : {
              kind: 'quantize',
              variantId: made.id,
              report: {
                ...common,
                bytes: made.inspection.bytes,
                quantizedLayers: 57,
                floatLayers: [{ name: '/model.22/cv2.0/Conv', why: 'head guard' }],
                drop: 0.042,
                trials: 1,
              },
            };
      }
      case 'derive': {
        if (!project.variants.some(({ id }) => id === both.id)) setProject({ variants: [...project.variants, both] });
        setProject({ comparisons: { ...project.comparisons, original: compare([original, both]) } });
        const before = figures;
        const after = { parameters: 1.6e6, macs: 2.3e9, bytes: both.inspection.bytes, sparsity: 0 };
        const agreement = makeAgreement(49, 6, 4);
        return {
          kind: 'derive',
          variantId: both.id,
          report: {
            out: both.modelPath,
            sha256: both.id,
            before,
            after,
            steps: request.recipe.steps.map((step) => ({ step, before, after, agreement, seconds: 4, warnings: [] })),
            agreement,
            drop: 1 - agreement.f1,
            recipe: request.recipe,
            warnings: [],
          },
        };
      }
      case 'sensitivity':
        return {
          kind: 'sensitivity',
          variantId: request.variantId,
          images: project.images.map(({ path }) => path),
          ...(request.for === 'quantize' ? { options: request.options } : {}),
          report: makeSensitivity(original),
        };
      case 'presets':
        return {
          kind: 'presets',
          variantId: request.variantId,
          images: project.images.map(({ path }) => path),
          report: makePresets(original),
        };
      case 'compare': {
        const chosen = project.variants.filter(
          ({ id }) => id === request.baselineId || request.variantIds.includes(id),
        );
        const report = compare(chosen);
        setProject({ comparisons: { ...project.comparisons, [request.baselineId]: report } });
        return { kind: 'compare', report };
      }
      case 'export':
        return {
          kind: 'export',
          report: {
            out: '/data/bundles/yolov8n-node.zip',
            bytes: 3_912_000,
            sha256: 'ab12',
            files: [
              'model.onnx',
              'manifest.json',
              'labels.txt',
              'README.md',
              'example/detect.mjs',
              'example/package.json',
              'golden/0.jpg',
              'golden/0.json',
              'golden/1.jpg',
              'golden/1.json',
              'verify.mjs',
            ].map((path, index) => ({ path, bytes: 3_600_000 / (index * index * 30 + 1), sha256: `${index}` })),
            warnings: [],
            verify: {
              ok: true,
              checks: [
                { name: 'Hashes of all files', ok: true, detail: '11 files' },
                {
                  name: 'Example runs on golden pictures',
                  ok: true,
                  detail: '3 pictures, 14 boxes, largest difference 0.00 px',
                },
              ],
            },
          },
        };
    }
  }
  function startJob(request: JobRequest): string {
    serial += 1;
    const id = `job-${serial}`;
    const subject = project.variants.find(
      (variant) => variant.id === (request.kind === 'compare' ? request.baselineId : request.variantId),
    );
    const verb = {
      prune: 'Prune',
      quantize: 'Quantize',
      derive: 'Derive from',
      sensitivity: 'Sensitivity of',
      presets: 'Presets for',
      compare: 'Compare',
      export: 'Export',
    }[request.kind];
    const base = { id, kind: request.kind, title: `${verb} ${subject?.name ?? ''}`, startedAt: Date.now() };
    let fraction = 0;
    const tick = () => {
      const known = jobs.find((job) => job.id === id);
      if (known && known.state !== 'queued' && known.state !== 'running') return;
      fraction += 0.04;
      if (fraction < 1) {
        const progress = {
          step: fraction < 0.5 ? 'calibrate' : 'check',
          fraction,
          eta: Math.round((1 - fraction) * 5),
        };
        setJob({ ...base, state: 'running', progress });
        setTimeout(tick, Number(choice.get('tick') ?? 120));
        return;
      }
      const progress = { step: 'done', fraction: 1 };
      if (choice.has('failing')) {
        const error: ErrorReport = {
          code: 'engine-stopped',
          message: `The engine stopped while it worked on ${subject?.modelPath}.`,
          hint: 'Start the job again. If it stops once more, the model may need more memory than there is.',
          detail: 'exit code 11 (SIGSEGV)\nstep calibrate',
        };
        setJob({ ...base, state: 'failed', progress, error });
      } else setJob({ ...base, state: 'done', progress, result: resultOf(request) });
    };
    setJob({ ...base, state: 'queued', progress: { step: '', fraction: 0 } });
    setTimeout(tick, 150);
    return id;
  }

  return {
    getState: async () =>
      ok({
        project,
        settings,
        jobs,
        app: {
          version: '0.1.0',
          electron: '33.2.1',
          platform: 'linux x64',
          logFolder: '/home/user/.config/boxwright/logs',
        },
      }),
    openPaths: async (paths) => {
      if (paths.some((path) => path.endsWith('.onnx'))) return ok(openSample());
      const [path] = paths;
      return ok({
        variantIds: [],
        images: 0,
        problems: [
          {
            path: path ?? '',
            error: {
              code: 'not-onnx',
              message: `${path} is not an ONNX model: it is an HTML page.`,
              hint: 'Download the file itself rather than the page about it.',
            },
          },
        ],
      });
    },
    openDialog: async () => ok(openSample()),
    openSample: async () => ok(openSample()),
    removeVariant: async (id) => ok(setProject({ variants: project.variants.filter((variant) => variant.id !== id) })),
    correctModel: async () => ok(undefined),
    clearImages: async () => ok(setProject({ images: [] })),
    updateSettings: async (change) => {
      settings = { ...settings, ...change };
      emit('settings', settings);
      return ok(settings);
    },
    look: async ({ variantId, imagePath }) => {
      const index = images.findIndex(({ path }) => path === imagePath);
      const scene = scenes[index];
      if (!scene) return refuse({ code: 'image-unreadable', message: `${imagePath} cannot be read.` });
      return ok(lookAtScene(imagePath, scene, noise[variantId] ?? 0.1));
    },
    compareLayers: async ({ imagePath }) => ok(makeLayersReport(original, imagePath)),
    compareGraphs: async () => ok(makeGraphDifference()),
    predict: async ({ recipe }) => {
      const steps = recipe.steps.map((_, index) => {
        const share = 0.6 ** (index + 1);
        return {
          parameters: figures.parameters * share,
          macs: figures.macs * share,
          bytes: Math.round(figures.bytes * share),
        };
      });
      return ok({ model: original.modelPath, before: figures, steps });
    },
    importRecipe: async () => ok(null),
    exportRecipe: async () => ok(null),
    providers: async () =>
      ok({
        providers: [
          { name: 'cpu', available: true, device: 'Intel Xeon Platinum' },
          { name: 'webgpu', available: false, why: 'No Vulkan driver that WebGPU accepts was found.' },
          {
            name: 'cuda',
            available: false,
            why: 'No NVIDIA driver. With an NVIDIA card: npm run cuda fetches the libraries.',
          },
        ],
        cpu: {
          model: 'Intel(R) Xeon(R) Platinum 8581C',
          cores: 2,
          features: ['avx2', 'avx512f', 'avx512_vnni', 'fma'],
          vnni: true,
        },
      }),
    startJob: async (request) => ok(startJob(request)),
    cancelJob: async (id) => {
      const job = jobs.find((one) => one.id === id);
      if (job)
        setJob({
          id,
          kind: job.kind,
          title: job.title,
          startedAt: job.startedAt,
          progress: job.progress,
          state: 'cancelled',
        });
      return ok(undefined);
    },
    dismissJob: async (id) => {
      jobs = jobs.filter((job) => job.id !== id);
      emit('jobDismissed', id);
      return ok(undefined);
    },
    saveBundle: async () => ok('/home/user/Documents/yolov8n-node.zip'),
    verifyBundle: async () =>
      ok({
        ok: false,
        checks: [
          { name: 'Hashes of all files', ok: true, detail: '11 files' },
          { name: 'Example runs on golden pictures', ok: false, detail: 'golden/1.jpg: expected 5 boxes, got 4' },
        ],
      }),
    saveReport: async () => ok(null),
    showInFolder: async () => ok(undefined),
    pathOfFile: (file) => `/dropped/${file.name}`,
    on: (name, listener) => {
      listeners[name].add(listener);
      return () => listeners[name].delete(listener);
    },
  };
}
