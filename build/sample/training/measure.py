"""Runs an ONNX file through onnxruntime over labelled pictures and measures it with pycocotools.

python measure.py MODEL FOLDER SPLIT
"""

import contextlib
import io
import sys
from pathlib import Path

import numpy as np
import onnxruntime
from PIL import Image
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

from data import label_path, letterbox, picture_paths, read_labels

CONFIDENCE, OVERLAP, MOST, CANDIDATES = 0.001, 0.7, 300, 30_000


def suppress(boxes: np.ndarray, scores: np.ndarray) -> list[int]:
    """Greedy non-maximum suppression of corner boxes of one class; ties keep the order given."""
    order = list(np.argsort(-scores, kind="stable"))
    area = (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])
    kept = []
    rest = np.array(order)
    while len(rest):
        first, rest = rest[0], rest[1:]
        kept.append(int(first))
        low = np.maximum(boxes[first, :2], boxes[rest, :2])
        high = np.minimum(boxes[first, 2:], boxes[rest, 2:])
        both = np.clip(high - low, 0, None).prod(1)
        rest = rest[both / (area[first] + area[rest] - both + 1e-9) <= OVERLAP]
    return kept


def detect(output: np.ndarray) -> list[tuple[int, float, np.ndarray]]:
    """output [4 + C, N]; returns (class, score, corners in input pixels), best first; every class of a cell counts."""
    centre, extent, scores = output[:2].T, output[2:4].T, output[4:].T
    corners = np.concatenate((centre - extent / 2, centre + extent / 2), 1)
    found = []
    for kind in range(scores.shape[1]):
        chosen = np.nonzero(scores[:, kind] > CONFIDENCE)[0]
        for index in suppress(corners[chosen], scores[chosen, kind]):
            found.append((kind, float(scores[chosen[index], kind]), corners[chosen[index]]))
    return sorted(found, key=lambda item: -item[1])[:MOST]


def measure(model: str, folder: Path, split: str) -> dict[str, object]:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 2
    session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    size = session.get_inputs()[0].shape[2]
    truth = {"images": [], "annotations": [], "categories": []}
    answers = []
    for number, path in enumerate(picture_paths(folder, split), 1):
        with Image.open(path) as image:
            width, height = image.size
            canvas, ratio, left, top = letterbox(image, size)
        truth["images"].append({"id": number, "width": width, "height": height})
        for kind, x, y, w, h in read_labels(label_path(path)).tolist():
            box = [(x - w / 2) * width, (y - h / 2) * height, w * width, h * height]
            truth["annotations"].append(
                {"id": len(truth["annotations"]) + 1, "image_id": number, "category_id": int(kind), "bbox": box,
                 "area": box[2] * box[3], "iscrowd": 0}
            )
        (output,) = session.run(None, {session.get_inputs()[0].name: canvas[None].numpy() / np.float32(255)})
        for kind, score, corners in detect(output[0]):
            x1, y1, x2, y2 = (corners - (left, top, left, top)) / ratio
            x1, x2 = np.clip((x1, x2), 0, width)
            y1, y2 = np.clip((y1, y2), 0, height)
            answers.append({"image_id": number, "category_id": kind, "bbox": [x1, y1, x2 - x1, y2 - y1], "score": score})
    kinds = sorted({item["category_id"] for item in truth["annotations"]})
    truth["categories"] = [{"id": kind} for kind in kinds]
    with contextlib.redirect_stdout(io.StringIO()):
        coco = COCO()
        coco.dataset = truth
        coco.createIndex()
        evaluation = COCOeval(coco, coco.loadRes(answers), "bbox")
        evaluation.evaluate()
        evaluation.accumulate()
        evaluation.summarize()
    precision = evaluation.eval["precision"][0, :, :, 0, 2]
    return {
        "pictures": len(truth["images"]),
        "objects": len(truth["annotations"]),
        "mAP50": round(float(evaluation.stats[1]), 4),
        "mAP50-95": round(float(evaluation.stats[0]), 4),
        "AP50 by class": [round(float(precision[:, k].mean()), 4) for k in range(len(kinds))],
        "mAP50-95 small, medium, large": [round(float(value), 4) for value in evaluation.stats[3:6]],
    }


if __name__ == "__main__":
    print(measure(sys.argv[1], Path(sys.argv[2]), sys.argv[3]))
