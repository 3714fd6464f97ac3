"""Checks the figures of `boxwright evaluate` against pycocotools, faster-coco-eval and plain NumPy, and times the three programs.

    python -m venv /tmp/peer && /tmp/peer/bin/pip install pycocotools faster-coco-eval numpy
    /tmp/peer/bin/python build/peers/makeEvaluationFiles.py /tmp/val
    /tmp/peer/bin/python build/peers/evaluate.py /tmp/val/annotations.json /tmp/val/detections.json

Every program runs --rounds times, in turn, each in a process of its own, so that other load hits all alike; the fastest round
counts. Loading the files and evaluating are timed apart. COCO's 12 numbers and the AP of every class must agree to 1e-9, and so
must the interpolated and VOC figures and the confusion matrix with those of the NumPy code below,
which is written from their definitions: slowly, detection by detection. Exit code 1 where anything differs.
"""

import argparse
import json
import shlex
import subprocess
import sys

import numpy as np

TOLERANCE = 1e-9
NAMES = ["AP", "AP50", "AP75", "APsmall", "APmedium", "APlarge", "AR1", "AR10", "AR100", "ARsmall", "ARmedium", "ARlarge"]

PEER = """
import contextlib, io, json, sys, time
import numpy as np
name, annotations, predictions = sys.argv[1:]
if name == "pycocotools":
    from pycocotools.coco import COCO
    from pycocotools.cocoeval import COCOeval
else:
    from faster_coco_eval import COCO, COCOeval_faster as COCOeval
with contextlib.redirect_stdout(io.StringIO()):
    times = [time.perf_counter()]
    truth = COCO(annotations); found = truth.loadRes(predictions)
    times.append(time.perf_counter())
    run = COCOeval(truth, found, "bbox"); run.evaluate(); run.accumulate(); run.summarize()
    times.append(time.perf_counter())
precision = run.eval["precision"][:, :, :, 0, 2]
perClass = [float(np.mean(p[p > -1])) if (p > -1).any() else None for p in (precision[:, :, k] for k in range(precision.shape[2]))]
print(json.dumps({"stats": [float(value) for value in run.stats[:12]], "perClass": perClass,
    "load": times[1] - times[0], "evaluate": times[2] - times[1]}))
"""


def overlap(a, b, extra=0):
    width = min(a[0] + a[2], b[0] + b[2]) - max(a[0], b[0]) + extra
    height = min(a[1] + a[3], b[1] + b[3]) - max(a[1], b[1]) + extra
    if width <= 0 or height <= 0:
        return 0.0
    return width * height / ((a[2] + extra) * (a[3] + extra) + (b[2] + extra) * (b[3] + extra) - width * height)


def by_place(records, image_order):
    """(image, class) -> records; in the order of the file."""
    places = {}
    for record in records:
        places.setdefault((image_order[str(record["image_id"])], int(record["category_id"])), []).append(record)
    return places


def match_interpolated(found, truth, thresholds):
    """Rows: detections, columns: thresholds."""
    hits = np.zeros((len(found), len(thresholds)), bool)
    if not truth:
        return hits
    table = np.array([[overlap(f["bbox"], t["bbox"]) for t in truth] for f in found])
    best = table.argmax(1)
    for column, threshold in enumerate(thresholds):
        held = set()
        for row in range(len(found)):
            if table[row, best[row]] >= threshold and best[row] not in held:
                held.add(best[row])
                hits[row, column] = True
    return hits


def match_voc(found, truth, threshold):
    """1 right, 0 wrong, -1 neither."""
    verdicts, held = [], set()
    for record in found:
        table = [overlap(record["bbox"], t["bbox"], 1) for t in truth]
        best = int(np.argmax(table)) if table else -1
        if best < 0 or table[best] < threshold:
            verdicts.append(0)
        elif truth[best].get("iscrowd", 0):
            verdicts.append(-1)
        else:
            verdicts.append(0 if best in held else 1)
            held.add(best)
    return verdicts


def interpolated_ap(hits, objects):
    if len(hits) == 0:
        return 0.0
    right = np.cumsum(hits)
    recall = np.concatenate([[0], right / objects, [1]])
    precision = np.concatenate([[1], right / np.arange(1, len(hits) + 1), [0]])
    precision = np.maximum.accumulate(precision[::-1])[::-1]
    points = np.linspace(0, 1, 101)
    return float(np.trapezoid(np.interp(points, recall, precision), points))


def voc_ap(verdicts, objects):
    verdicts = np.array([verdict for verdict in verdicts if verdict >= 0])
    if len(verdicts) == 0:
        return 0.0, 0.0
    right = np.cumsum(verdicts)
    recall, precision = right / objects, right / np.arange(1, len(verdicts) + 1)
    eleven = sum((precision[recall >= point].max() if (recall >= point).any() else 0) for point in np.linspace(0, 1, 11)) / 11
    recall = np.concatenate([[0], recall, [1]])
    precision = np.concatenate([[0], precision, [0]])
    precision = np.maximum.accumulate(precision[::-1])[::-1]
    steps = np.where(recall[1:] != recall[:-1])[0]
    return float(np.sum((recall[steps + 1] - recall[steps]) * precision[steps + 1])), float(eleven)


def other_rules(annotations, detections):
    """mAP50, mAP50-95, VOC all-point, VOC 11-point."""
    ids = sorted({str(image["id"]) for image in annotations["images"]}, key=lambda text: (not text.isdigit(), int(text) if text.isdigit() else text))
    image_order = {text: place for place, text in enumerate(ids)}
    truth = by_place(annotations["annotations"], image_order)
    found = by_place(detections, image_order)
    thresholds = np.linspace(0.5, 0.95, 10)
    interpolated, voc = [], []
    for category in sorted(int(category["id"]) for category in annotations["categories"]):
        objects, scores, hits, verdicts = 0, [], [np.zeros((0, 10), bool)], []
        for image in range(len(ids)):
            things = truth.get((image, category), [])
            ordinary = [thing for thing in things if not thing.get("iscrowd", 0)]
            objects += len(ordinary)
            group = sorted(found.get((image, category), []), key=lambda record: -record["score"])
            scores += [record["score"] for record in group]
            if group:
                hits.append(match_interpolated(group, ordinary, thresholds))
                verdicts += match_voc(group, things, 0.5)
        if objects == 0:
            continue
        order = np.argsort(-np.array(scores), kind="stable")
        hits = np.concatenate(hits)[order] if len(scores) else np.zeros((0, 10), bool)
        interpolated.append([interpolated_ap(hits[:, column], objects) for column in range(10)])
        voc.append(voc_ap([verdicts[place] for place in order], objects))
    interpolated, voc = np.array(interpolated), np.array(voc)
    return [float(interpolated[:, 0].mean()), float(interpolated.mean()), float(voc[:, 0].mean()), float(voc[:, 1].mean())]


def confusion(annotations, detections, confidence, threshold):
    """Each detection stands for the object it overlaps most; of those that stand for one the best overlap has it."""
    ids = sorted(int(category["id"]) for category in annotations["categories"])
    number = {category: place for place, category in enumerate(ids)}
    nothing = len(ids)
    counts = np.zeros((nothing + 1, nothing + 1), int)
    truth, found = {}, {}
    for record in annotations["annotations"]:
        if not record.get("iscrowd", 0):
            truth.setdefault(str(record["image_id"]), []).append(record)
    for record in detections:
        if record["score"] > confidence:
            found.setdefault(str(record["image_id"]), []).append(record)
    for image in truth.keys() | found.keys():
        things, boxes = truth.get(image, []), found.get(image, [])
        holders = {}
        for place, record in enumerate(boxes):
            table = [overlap(record["bbox"], thing["bbox"]) for thing in things]
            best = int(np.argmax(table)) if table else -1
            if best >= 0 and table[best] > max(threshold, holders.get(best, (0, 0))[0]):
                holders[best] = (table[best], place)
        holding = {place: thing for thing, (_, place) in holders.items()}
        for place, record in enumerate(boxes):
            column = number[int(things[holding[place]]["category_id"])] if place in holding else nothing
            counts[number[int(record["category_id"])], column] += 1
        for place, thing in enumerate(things):
            if place not in holders:
                counts[nothing, number[int(thing["category_id"])]] += 1
    return counts


def best_of(rounds, field):
    return min(round[field] for round in rounds)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("annotations")
    parser.add_argument("predictions")
    parser.add_argument("--boxwright", default="npx boxwright", help="how to start the command line")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--slow-rounds", type=int, default=1, help="rounds of pycocotools")
    parser.add_argument("--no-numpy", action="store_true", help="leave out the interpolated and VOC figures")
    options = parser.parse_args()
    files = [options.annotations, options.predictions]
    runs = {"boxwright": [], "faster-coco-eval": [], "pycocotools": []}
    for round in range(options.rounds):
        command = [*shlex.split(options.boxwright), "evaluate", "--annotations", files[0], "--predictions", files[1], "--json"]
        report = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
        ms = report["ms"]
        runs["boxwright"].append({
            "stats": [report["coco"][name] for name in NAMES],
            "perClass": [row["AP"] for row in report["perClass"]],
            "load": ms["read"] / 1000,
            "evaluate": ms["evaluate"] / 1000,
        })
        for name in ("faster-coco-eval", "pycocotools"):
            if name == "pycocotools" and round >= options.slow_rounds:
                continue
            peer = [sys.executable, "-c", PEER, name, *files]
            runs[name].append(json.loads(subprocess.run(peer, check=True, capture_output=True).stdout))
    wrong = False
    for name in ("pycocotools", "faster-coco-eval"):
        ours, theirs = runs["boxwright"][0], runs[name][0]
        worst = max(abs(a - b) for a, b in zip(ours["stats"], theirs["stats"]))
        per_class = max(abs(a - b) if a is not None and b is not None else float(a is not b) for a, b in zip(ours["perClass"], theirs["perClass"]))
        print(f"{name}: 12 numbers differ by at most {worst:.1e}, AP of {len(theirs['perClass'])} classes by {per_class:.1e}")
        wrong |= worst > TOLERANCE or per_class > TOLERANCE
    if not options.no_numpy:
        annotations, detections = (json.load(open(path)) for path in files)
        theirs = other_rules(annotations, detections)
        ours = [*(report["interpolated101"][name] for name in ("mAP50", "mAP50_95")), *(report["voc"][name] for name in ("allPoint50", "elevenPoint50"))]
        worst = max(abs(a - b) for a, b in zip(ours, theirs))
        print(f"NumPy: interpolated and VOC figures differ by at most {worst:.1e}")
        matrix = report["confusion"]
        cells = np.abs(confusion(annotations, detections, matrix["confidence"], matrix["iou"]) - np.array(matrix["counts"])).sum()
        print(f"NumPy: confusion matrices differ by {cells} of {np.array(matrix['counts']).sum()}")
        wrong |= cells > 0
        wrong |= worst > TOLERANCE
    own = best_of(runs["boxwright"], "evaluate")
    for name, rounds in runs.items():
        load, evaluate = best_of(rounds, "load"), best_of(rounds, "evaluate")
        print(f"{name:17} load {load:7.2f} s  evaluate {evaluate:7.2f} s = {evaluate / own:6.1f} x")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
