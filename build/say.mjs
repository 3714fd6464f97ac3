// What the set-up says. It goes to stderr: stdout belongs to the command that is being set up.

/**
 * @param {string} line
 * @returns {void}
 */
export function say(line) {
  process.stderr.write(`boxwright: ${line}\n`);
}

/**
 * Reports the progress of a transfer: a line redrawn in place on a terminal, else one line per tenth.
 * @param {string} label
 * @param {number} total bytes; 0 when unknown
 * @returns {(done: number) => void}
 */
export function startProgress(label, total) {
  let shown = -1;
  return (done) => {
    const megabytes = `${(done / 1e6).toFixed(0)} MB`;
    const tick = total > 0 ? Math.floor((done / total) * 100) : Math.floor(done / 1e6);
    const quantum = process.stderr.isTTY ? 1 : total > 0 ? 10 : 25;
    if (Math.floor(tick / quantum) <= shown) return;
    shown = Math.floor(tick / quantum);
    const text = total > 0 ? `${label}: ${tick} % (${megabytes})` : `${label}: ${megabytes}`;
    if (process.stderr.isTTY) process.stderr.write(`\rboxwright: ${text}${tick === 100 ? '\n' : ''}`);
    else say(text);
  };
}
