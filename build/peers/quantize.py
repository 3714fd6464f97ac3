"""Checks our calibration ranges against onnxruntime's Python quantizer on the same pictures; reports time and memory of both.

    python -m venv /tmp/peer && /tmp/peer/bin/pip install onnxruntime onnx numpy
    /tmp/peer/bin/python build/peers/quantize.py MODEL.onnx minmax|percentile PICTURE-OR-FOLDER... [--each]

Both sides are fed the very same tensors: ours makes them from the pictures, theirs reads them ready-made. Each side's time is that
of calibration alone. The peer keeps what every picture makes of every tensor until the last one; where that does not fit into
memory, --each lets it count picture by picture, which changes its bins: then only time and memory are compared. Exit code 1 where
a range differs by more than 1e-5 of its width.
"""

import argparse
import json
import pathlib
import resource
import subprocess
import sys
import tempfile
import time

import numpy as np
from onnxruntime.quantization.calibrate import CalibrationDataReader, CalibrationMethod, create_calibrator


class Reader(CalibrationDataReader):
    def __init__(self, facts, paths):
        self.facts = facts
        self.paths = iter(paths)

    def get_next(self):
        path = next(self.paths, None)
        if path is None:
            return None
        return {self.facts["input"]: np.fromfile(path, np.float32).reshape(self.facts["shape"])}


def measure_ours(arguments, folder):
    program = pathlib.Path(__file__).with_name("ranges.mjs")
    subprocess.run(["node", program, arguments.model, arguments.method, folder, *arguments.pictures], check=True)
    with open(f"{folder}/facts.json", encoding="utf-8") as file:
        return json.load(file)


def measure_theirs(facts, each, folder):
    method = {"minmax": CalibrationMethod.MinMax, "percentile": CalibrationMethod.Percentile}[facts["method"]]
    extra = {} if facts["method"] == "minmax" else {"num_bins": 2048, "percentile": facts["percentile"]}
    started, used = time.time(), time.process_time()
    calibrator = create_calibrator(
        facts["model"],
        augmented_model_path=f"{folder}/augmented.onnx",
        calibrate_method=method,
        extra_options=extra,
    )
    paths = facts["inputs"]
    for part in [[path] for path in paths] if each else [paths]:
        calibrator.collect_data(Reader(facts, part))
    found = calibrator.compute_data()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    return found.data, {"seconds": time.time() - started, "cpuSeconds": time.process_time() - used, "peakBytes": peak}


def compare(facts, found):
    worst, compared, same = 0.0, 0, 0
    for tensor, (low, high) in facts["ranges"].items():
        if tensor not in found:
            continue
        theirs = [float(np.ravel(value)[0]) for value in found[tensor].range_value]
        width = max(theirs[1], 0) - min(theirs[0], 0)
        difference = max(abs(theirs[0] - low), abs(theirs[1] - high)) / (width or 1)
        compared += 1
        same += difference == 0
        worst = max(worst, difference)
        if difference > 1e-5:
            print(f"{tensor}: ours {low} {high}, theirs {theirs[0]} {theirs[1]}")
    print(f"{compared} tensors compared, {same} identical, largest difference {worst:.1e} of the width")
    return compared > 0 and worst <= 1e-5


def describe(who, cost):
    print(
        f"{who}: {cost['seconds']:.1f} s, {cost['cpuSeconds']:.1f} s of processor time, "
        f"peak {cost['peakBytes'] / 2**20:.0f} MiB"
    )


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("model")
    parser.add_argument("method", choices=["minmax", "percentile"])
    parser.add_argument("pictures", nargs="+")
    parser.add_argument("--each", action="store_true")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        facts = measure_ours(arguments, folder)
        found, cost = measure_theirs(facts, arguments.each, folder)
    print(f"{arguments.method}, {len(facts['inputs'])} pictures")
    describe("ours", facts)
    describe("theirs", cost)
    agree = arguments.each and arguments.method == "percentile" or compare(facts, found)
    sys.exit(0 if agree else 1)


main()
