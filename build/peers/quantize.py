"""Checks our calibration ranges against onnxruntime's Python quantizer on the same pictures, and reports its time and memory.

    python -m venv /tmp/peer && /tmp/peer/bin/pip install onnxruntime onnx numpy
    /tmp/peer/bin/python build/peers/quantize.py ranges.json [--repeat N]

`ranges.json` holds what `measureRanges` (models/quantize/static.ts) gave: {model: the prepared float model, input: its input's
name, method: minmax or percentile, percentile, shape, inputs: [files of float32 values], ranges: {tensor: [min, max]}, seconds,
peakBytes}. Both sides are fed the very same tensors. Exit code 1 where a range differs
by more than 1e-5 of its width.
"""

import argparse
import json
import resource
import sys
import tempfile
import time

import numpy as np
from onnxruntime.quantization.calibrate import CalibrationDataReader, CalibrationMethod, create_calibrator


class Reader(CalibrationDataReader):
    def __init__(self, facts, repeat):
        self.facts = facts
        self.paths = iter(facts["inputs"] * repeat)

    def get_next(self):
        path = next(self.paths, None)
        if path is None:
            return None
        return {self.facts["input"]: np.fromfile(path, np.float32).reshape(self.facts["shape"])}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("facts")
    parser.add_argument("--repeat", type=int, default=1)
    arguments = parser.parse_args()
    with open(arguments.facts, encoding="utf-8") as file:
        facts = json.load(file)
    method = {"minmax": CalibrationMethod.MinMax, "percentile": CalibrationMethod.Percentile}[facts["method"]]
    extra = {} if facts["method"] == "minmax" else {"num_bins": 2048, "percentile": facts["percentile"]}
    started = time.time()
    with tempfile.TemporaryDirectory() as folder:
        calibrator = create_calibrator(
            facts["model"],
            augmented_model_path=f"{folder}/augmented.onnx",
            calibrate_method=method,
            extra_options=extra,
        )
        calibrator.collect_data(Reader(facts, arguments.repeat))
        found = calibrator.compute_data()
    seconds = time.time() - started
    worst, compared = 0.0, 0
    for tensor, (low, high) in facts["ranges"].items():
        data = found.data.get(tensor) if hasattr(found, "data") else found.get(tensor)
        if data is None:
            continue
        theirs = [float(np.ravel(value)[0]) for value in data.range_value]
        width = max(theirs[1], 0) - min(theirs[0], 0)
        difference = max(abs(theirs[0] - low), abs(theirs[1] - high)) / (width or 1)
        compared += 1
        if difference > worst:
            worst = difference
        if difference > 1e-5:
            print(f"{tensor}: ours {low} {high}, theirs {theirs[0]} {theirs[1]}")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    print(
        f"{facts['method']}: {compared} tensors compared, largest difference {worst:.2e} of the width; "
        f"ours {facts['seconds']:.1f} s, peak {facts['peakBytes'] / 2**20:.0f} MiB; "
        f"theirs {seconds:.1f} s, peak {peak / 2**20:.0f} MiB"
    )
    sys.exit(1 if worst > 1e-5 or compared == 0 else 0)


main()
