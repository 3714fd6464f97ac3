import { fork } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/**
 * What became of one case. `inspect` and `detect` are "sound", the code of an error, or a text that begins with "defect".
 * @typedef {object} CaseReport
 * @property {number} index
 * @property {string} title
 * @property {string} inspect
 * @property {string} detect
 * @property {number} ms of wall time, or of processor time where that is less (a busy machine is no fault of ours)
 * @property {number} megabytes the most memory the process has held up to now
 */

/**
 * A case that broke a law.
 * @typedef {object} Fault
 * @property {number} index
 * @property {'crash' | 'hang' | 'memory' | 'defect'} kind
 * @property {string} what
 * @property {string} file that did it, there until the next case begins
 */

/**
 * @typedef {object} FuzzRun
 * @property {string} worker path of the bundled worker
 * @property {string} folder for the files, one subfolder per process
 * @property {number} seed
 * @property {readonly number[]} cases
 * @property {number} processes
 * @property {number} [patience] milliseconds without an answer after which a process hangs, however busy the machine is
 * @property {(report: CaseReport) => void} [onReport]
 * @property {(fault: Fault) => void} [onFault]
 */

const limits = { ms: 5000, megabytes: 1024 };

const pollEvery = 50;

/**
 * Memory of a process, in megabytes; 0 where the system does not tell.
 * @param {number | undefined} pid
 */
function megabytesOf(pid) {
  if (process.platform !== 'linux' || pid === undefined) return 0;
  try {
    return (Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]) * 4096) / 2 ** 20;
  } catch {
    return 0; // it has ended, which its exit will tell
  }
}

/**
 * Runs cases in processes that are fed many each; one that dies, hangs or takes too much memory is replaced.
 * @param {FuzzRun} run
 * @returns {Promise<{faults: Fault[], outcomes: Record<string, number>, slowest: number}>}
 */
export async function runCases(run) {
  const patience = run.patience ?? 6 * limits.ms;
  const queue = [...run.cases].reverse();
  /** @type {Fault[]} */
  const faults = [];
  /** @type {Record<string, number>} */
  const outcomes = {};
  let slowest = 0;

  /** @param {Fault} fault */
  const addFault = (fault) => {
    faults.push(fault);
    run.onFault?.(fault);
  };

  /**
   * @param {CaseReport} report
   * @param {string} file
   * @returns {boolean} whether the process may go on
   */
  const judge = (report, file) => {
    run.onReport?.(report);
    const { index, title, inspect, detect, ms, megabytes } = report;
    slowest = Math.max(slowest, ms);
    for (const [name, outcome] of Object.entries({ inspect, detect })) {
      const isDefect = outcome.startsWith('defect');
      if (isDefect) addFault({ index, kind: 'defect', what: `${title}: ${name}: ${outcome}`, file });
      const key = `${name}: ${isDefect ? 'defect' : outcome}`;
      outcomes[key] = (outcomes[key] ?? 0) + 1;
    }
    if (ms > limits.ms) addFault({ index, kind: 'hang', what: `${title}: ${Math.round(ms)} ms`, file });
    const isLarge = megabytes > limits.megabytes;
    if (isLarge) addFault({ index, kind: 'memory', what: `${title}: ${Math.round(megabytes)} MB`, file });
    return !isLarge;
  };

  /**
   * One process, until it ends or the cases do.
   * @param {string} folder
   * @returns {Promise<void>}
   */
  const runProcess = (folder) =>
    new Promise((resolve) => {
      const file = join(folder, 'model.onnx');
      const child = fork(run.worker, [String(run.seed), folder], { stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
      /** @type {number | undefined} */
      let current;
      let started = performance.now();
      /** @type {Pick<Fault, 'kind' | 'what'> | undefined} */
      let killedFor;
      let said = '';
      child.stderr?.setEncoding('utf8').on('data', (text) => {
        said = (said + text).slice(-2000);
      });
      const watch = setInterval(() => {
        const megabytes = megabytesOf(child.pid);
        if (megabytes > limits.megabytes) killedFor = { kind: 'memory', what: `${Math.round(megabytes)} MB` };
        else if (performance.now() - started > patience) killedFor = { kind: 'hang', what: `${patience} ms` };
        if (killedFor !== undefined) child.kill('SIGKILL');
      }, pollEvery);
      const giveNext = () => {
        current = queue.pop();
        started = performance.now();
        if (current === undefined) child.disconnect();
        else child.send(current);
      };
      child.on('message', (message) => {
        if (message === 'ready') return giveNext();
        current = undefined;
        if (judge(/** @type {CaseReport} */ (message), file)) giveNext();
        else child.disconnect();
      });
      child.once('exit', (code, signal) => {
        clearInterval(watch);
        if (current !== undefined) {
          const what = `ended with ${signal ?? `exit code ${code}`}. ${said.trim()}`;
          addFault({ index: current, file, ...(killedFor ?? { kind: 'crash', what }) });
        } else if (code !== 0) {
          queue.length = 0;
          addFault({ index: -1, file, kind: 'crash', what: `the process could not start: ${said}` });
        }
        resolve();
      });
    });

  const runProcesses = async (/** @type {number} */ number) => {
    const folder = join(run.folder, `process ${number}`);
    mkdirSync(folder, { recursive: true });
    while (queue.length > 0) await runProcess(folder);
    rmSync(folder, { recursive: true, force: true });
  };
  await Promise.all(Array.from({ length: run.processes }, (_, number) => runProcesses(number)));
  return { faults, outcomes, slowest };
}
