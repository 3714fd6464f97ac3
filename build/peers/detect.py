"""Checks `boxwright detect` against an independent pipeline: OpenCV or Pillow, NumPy and Python's onnxruntime.

    python -m venv /tmp/peer && /tmp/peer/bin/pip install onnxruntime numpy pillow opencv-python-headless
    /tmp/peer/bin/python build/peers/detect.py --head v8 MODEL.onnx IMAGE... < detections.json

Standard input is the JSON that `boxwright detect MODEL IMAGE... --json` prints for the same files and the same
thresholds. Every box must be within --pixels and every score within --score of this script's; a box that only one side
has is forgiven if its score is within --score of the confidence threshold. Exit code 1 where they differ.
"""

import argparse
import json
import sys

import numpy as np
import onnxruntime


def read_picture(path, decoder):
    """Upright RGB, 8 bits."""
    if decoder == "pillow":
        from PIL import Image, ImageOps

        return np.asarray(ImageOps.exif_transpose(Image.open(path)).convert("RGB"))
    import cv2

    return cv2.imread(path, cv2.IMREAD_COLOR)[:, :, ::-1]


def resize_bilinear(picture, width, height):
    """Half-pixel centres, no antialias, borders clamped, in double precision and rounded to 8 bits."""

    def samples(old, new):
        position = np.clip((np.arange(new) + 0.5) * (old / new) - 0.5, 0, old - 1)
        low = np.floor(position).astype(int)
        return low, np.minimum(low + 1, old - 1), position - low

    top, bottom, down = samples(picture.shape[0], height)
    left, right, across = samples(picture.shape[1], width)
    source = picture.astype(np.float64)
    rows = source[top] * (1 - down)[:, None, None] + source[bottom] * down[:, None, None]
    mixed = rows[:, left] * (1 - across)[None, :, None] + rows[:, right] * across[None, :, None]
    return np.clip(np.rint(mixed), 0, 255).astype(np.uint8)


def letterbox(picture, height, width, centred, resizer):
    """The padded picture, the ratio and the offsets of the picture in it."""
    old_height, old_width = picture.shape[:2]
    ratio = min(height / old_height, width / old_width)
    new_width, new_height = round(old_width * ratio), round(old_height * ratio)
    left = round((width - new_width) / 2 - 0.1) if centred else 0
    top = round((height - new_height) / 2 - 0.1) if centred else 0
    if resizer == "opencv":
        import cv2

        small = cv2.resize(np.ascontiguousarray(picture), (new_width, new_height), interpolation=cv2.INTER_LINEAR)
    else:
        small = resize_bilinear(picture, new_width, new_height)
    canvas = np.full((height, width, 3), 114, np.uint8)
    canvas[top : top + new_height, left : left + new_width] = small
    return canvas, ratio, left, top


def stretch(picture, height, width, resizer):
    """The picture at the size of the input, and its scales."""
    if resizer == "opencv":
        import cv2

        data = cv2.resize(np.ascontiguousarray(picture), (width, height), interpolation=cv2.INTER_LINEAR)
    else:
        data = resize_bilinear(picture, width, height)
    return data, np.array([width / picture.shape[1], height / picture.shape[0]])


def corners(centre_x, centre_y, width, height):
    return np.stack([centre_x - width / 2, centre_y - height / 2, centre_x + width / 2, centre_y + height / 2], 1)


V5_ANCHORS = [[10, 13, 16, 30, 33, 23], [30, 61, 62, 45, 59, 119], [116, 90, 156, 198, 373, 326]]
FASTEST_V2_ANCHORS = [
    [12.64, 19.39, 37.88, 51.48, 55.71, 138.31],
    [126.91, 78.23, 131.57, 214.55, 279.92, 258.87],
]
STRETCHED = ("fastestdet", "yolo-fastestv2")


def v5_boxes(raw, stride, anchors):
    """[A, rows, columns, 4] of activated values to centre and size, as YOLOv5 is published."""
    rows, columns = raw.shape[1:3]
    grid = np.stack(np.meshgrid(np.arange(columns), np.arange(rows)), -1)[None]
    centre = (raw[..., :2] * 2 - 0.5 + grid) * stride
    size = (raw[..., 2:] * 2) ** 2 * np.array(anchors, np.float64).reshape(-1, 1, 1, 2)
    return np.concatenate([centre, size], -1).reshape(-1, 4)


def decode_v5_lite(values, size):
    """Sigmoid applied, grid and anchors not."""
    parts, start = [], 0
    for stride, anchors in zip((8, 16, 32), V5_ANCHORS):
        rows, columns = size[0] // stride, size[1] // stride
        count = 3 * rows * columns
        parts.append(v5_boxes(values[start : start + count, :4].reshape(3, rows, columns, 4), stride, anchors))
        start += count
    scores = values[:, 4:5] * values[:, 5:]
    return corners(*np.concatenate(parts).T), scores.max(1), scores.argmax(1)


def decode_fastestdet(values, size):
    """[85, S, S]: objectness, tanh offsets, sigmoid size of the whole input, class softmax."""
    rows, columns = values.shape[1:]
    column, row = np.meshgrid(np.arange(columns), np.arange(rows))
    x = (column + np.tanh(values[1])) / columns * size[1]
    y = (row + np.tanh(values[2])) / rows * size[0]
    width, height = (1 / (1 + np.exp(-values[side])) * extent for side, extent in ((3, size[1]), (4, size[0])))
    scores = values[0] ** 0.6 * values[5:].max(0) ** 0.4
    flat = [value.reshape(-1) for value in (x, y, width, height)]
    return corners(*flat), scores.reshape(-1), values[5:].argmax(0).reshape(-1)


def decode_fastest_v2(values, size):
    """[605, 95]: per cell 3 boxes, 3 objectnesses, one softmax over the classes."""
    boxes, scores, classes, start = [], [], [], 0
    for stride, anchors in zip((16, 32), FASTEST_V2_ANCHORS):
        rows, columns = size[0] // stride, size[1] // stride
        part = values[start : start + rows * columns]
        raw = part[:, :12].reshape(rows, columns, 3, 4).transpose(2, 0, 1, 3)
        boxes.append(v5_boxes(raw, stride, anchors))
        scores.append((part[:, 12:15] * part[:, 15:].max(1, keepdims=True)).T.reshape(-1))
        classes.append(np.tile(part[:, 15:].argmax(1), 3))
        start += rows * columns
    return corners(*np.concatenate(boxes).T), np.concatenate(scores), np.concatenate(classes)


def decode(head, output, size):
    """Corners in input pixels, score and class of every prediction."""
    if head == "yolo-fastestv2":
        return decode_fastest_v2(output.reshape(-1, output.shape[-1]).astype(np.float64), size)
    values = output[0].astype(np.float64)
    if head == "v5-lite":
        return decode_v5_lite(values, size)
    if head == "fastestdet":
        return decode_fastestdet(values, size)
    if head == "end-to-end":
        return values[:, :4], values[:, 4], values[:, 5].astype(int)
    if head == "v8":
        values = values.T
        return corners(*values[:, :4].T), values[:, 4:].max(1), values[:, 4:].argmax(1)
    scores = values[:, 4:5] * values[:, 5:]
    boxes = values[:, :4].copy()
    if head == "yolox":
        start = 0
        for stride in (8, 16, 32):
            rows, columns = size[0] // stride, size[1] // stride
            for index in range(rows * columns):
                x, y, width, height = values[start + index, :4]
                row, column = divmod(index, columns)
                boxes[start + index] = (
                    (x + column) * stride,
                    (y + row) * stride,
                    np.exp(width) * stride,
                    np.exp(height) * stride,
                )
            start += rows * columns
    return corners(*boxes.T), scores.max(1), scores.argmax(1)


def overlap(box, others):
    size = np.clip(np.minimum(box[2:], others[:, 2:]) - np.maximum(box[:2], others[:, :2]), 0, None)
    intersection = size[:, 0] * size[:, 1]
    areas = (others[:, 2] - others[:, 0]) * (others[:, 3] - others[:, 1])
    return intersection / (areas + (box[2] - box[0]) * (box[3] - box[1]) - intersection)


def suppress(boxes, scores, classes, iou):
    """Greedy, class by class; indices by falling score."""
    kept = []
    for wanted in np.unique(classes):
        left = np.flatnonzero(classes == wanted)
        left = left[np.argsort(-scores[left], kind="stable")]
        while left.size:
            kept.append(left[0])
            left = left[1:][overlap(boxes[left[0]], boxes[left[1:]]) <= iou]
    return sorted(kept, key=lambda index: -scores[index])


def detect(session, head, picture, arguments):
    description = session.get_inputs()[0]
    height, width = (side if isinstance(side, int) else 640 for side in description.shape[2:])
    if head in STRETCHED:
        import cv2

        canvas = cv2.resize(np.ascontiguousarray(picture), (width, height), interpolation=cv2.INTER_LINEAR)
        ratio, left, top = np.array([width / picture.shape[1], height / picture.shape[0]] * 2), 0, 0
    else:
        canvas, ratio, left, top = letterbox(picture, height, width, head != "yolox", arguments.resizer)
    if head in STRETCHED:
        data = canvas[:, :, ::-1].astype(np.float32) / 255
    elif head == "yolox":
        data = canvas[:, :, ::-1].astype(np.float32)
    else:
        data = canvas.astype(np.float32) / 255
    data = np.ascontiguousarray(data.transpose(2, 0, 1)[None])
    if "float16" in description.type:
        data = data.astype(np.float16)
    output = session.run(None, {description.name: data})[0]
    boxes, scores, classes = decode(head, output, (height, width))
    strong = scores > arguments.confidence
    boxes, scores, classes = boxes[strong], scores[strong], classes[strong]
    order = np.argsort(-scores, kind="stable") if head == "end-to-end" else suppress(boxes, scores, classes, arguments.iou)
    boxes = (boxes[order] - [left, top, left, top]) / ratio
    boxes = np.clip(boxes, 0, [picture.shape[1], picture.shape[0]] * 2)
    return list(zip(boxes, scores[order], classes[order]))


def compare(mine, theirs, arguments):
    """The largest differences over the pairs, and what has no partner."""
    theirs = list(theirs)
    unmatched, pixels, score = [], 0.0, 0.0
    for box, value, label in mine:
        same = [other for other in theirs if other["classId"] == label]
        if not same:
            unmatched.append((float(value), f"only here: class {label}, score {value:.4f}, box {np.round(box, 1)}"))
            continue
        best = min(same, key=lambda other: np.abs(np.array(other["box"]) - box).max())
        off = np.abs(np.array(best["box"]) - box).max()
        if off > 8 * arguments.pixels:
            unmatched.append((float(value), f"only here: class {label}, score {value:.4f}, box {np.round(box, 1)}"))
            continue
        theirs.remove(best)
        pixels, score = max(pixels, off), max(score, abs(best["score"] - value))
    for other in theirs:
        unmatched.append((other["score"], f"only there: {other['className']}, score {other['score']:.4f}, box {other['box']}"))
    return pixels, score, unmatched


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model")
    parser.add_argument("images", nargs="+")
    parser.add_argument("--head", required=True, choices=["v5", "v5-lite", "v8", "yolox", "end-to-end", "fastestdet", "yolo-fastestv2"])
    parser.add_argument("--confidence", type=float, default=0.25)
    parser.add_argument("--iou", type=float, default=0.7)
    parser.add_argument("--decoder", choices=["pillow", "opencv"], default="pillow")
    parser.add_argument("--resizer", choices=["opencv", "numpy"], default="opencv")
    parser.add_argument("--pixels", type=float, default=2.0)
    parser.add_argument("--score", type=float, default=0.005)
    arguments = parser.parse_args()

    report = {entry["path"]: entry for entry in json.load(sys.stdin)["images"]}
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4
    session = onnxruntime.InferenceSession(arguments.model, options, providers=["CPUExecutionProvider"])
    failed, boxes, worst_pixels, worst_score = False, 0, 0.0, 0.0
    for path in arguments.images:
        mine = detect(session, arguments.head, read_picture(path, arguments.decoder), arguments)
        pixels, score, unmatched = compare(mine, report[path]["detections"], arguments)
        serious = [text for value, text in unmatched if value - arguments.confidence > arguments.score]
        ok = pixels <= arguments.pixels and score <= arguments.score and not serious
        failed = failed or not ok
        boxes += len(mine)
        worst_pixels, worst_score = max(worst_pixels, pixels), max(worst_score, score)
        print(f"{'ok ' if ok else 'BAD'} {path}: {len(mine)} boxes, {pixels:.3f} px, score {score:.5f}")
        for _, text in unmatched:
            print(f"      {text}")
    print(f"{arguments.model}: {boxes} boxes, largest difference {worst_pixels:.3f} px, score {worst_score:.5f}")
    sys.exit(1 if failed else 0)


main()
