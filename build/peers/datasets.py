"""Checks our reading and writing of datasets against supervision (YOLO, VOC) and pycocotools (COCO).

    python -m venv /tmp/peer && /tmp/peer/bin/pip install supervision pycocotools
    npx boxwright dataset convert DATASET --to coco -o /tmp/as-coco --copy-images
    npx boxwright dataset convert DATASET --to yolo -o /tmp/as-yolo --copy-images
    npx boxwright dataset convert DATASET --to voc -o /tmp/as-voc --copy-images
    /tmp/peer/bin/python build/peers/datasets.py /tmp/as-coco /tmp/as-yolo /tmp/as-voc [--source-voc DATASET | --source-yolo DATASET]

Every argument is read by the other program. All must hold the same boxes of the same classes, to a hundredth of a pixel, or
half a pixel where VOC's whole pixels are on one side; the last one is the source as the other program reads it.
Exit code 1 where they differ.
"""

import argparse
import glob
import os
import sys

import supervision
from pycocotools.coco import COCO


def read_coco(folder):
    found = {}
    for file in sorted(glob.glob(os.path.join(folder, "annotations", "*.json"))):
        coco = COCO(file)
        for image in coco.imgs.values():
            boxes = []
            for annotation in coco.imgToAnns[image["id"]]:
                x, y, width, height = annotation["bbox"]
                name = coco.cats[annotation["category_id"]]["name"]
                boxes.append((name, (x, y, x + width, y + height)))
            found[stem(image["file_name"])] = boxes
    return found


def stem(path):
    return os.path.splitext(os.path.basename(path))[0]


def boxes_of(dataset):
    found = {}
    for path, _, detections in dataset:
        names = [dataset.classes[index] for index in detections.class_id]
        found[stem(path)] = list(zip(names, map(tuple, detections.xyxy.tolist())))
    return found


def read_yolo(folder):
    found = {}
    for split in sorted(os.listdir(os.path.join(folder, "images"))):
        found.update(
            boxes_of(
                supervision.DetectionDataset.from_yolo(
                    os.path.join(folder, "images", split),
                    os.path.join(folder, "labels", split),
                    os.path.join(folder, "data.yaml"),
                )
            )
        )
    return found


def read_voc(folder):
    return boxes_of(
        supervision.DetectionDataset.from_pascal_voc(
            os.path.join(folder, "JPEGImages"), os.path.join(folder, "Annotations")
        )
    )


def compare(title, ours, theirs, tolerance):
    worst = 0.0
    boxes = 0
    differing = []
    if set(ours) != set(theirs):
        differing.append(f"{len(set(ours) ^ set(theirs))} pictures are in one of them only")
    for name in set(ours) & set(theirs):
        first, second = ours[name], theirs[name]
        if [label for label, _ in first] != [label for label, _ in second]:
            differing.append(f"{name}: other objects")
            continue
        for (_, a), (_, b) in zip(first, second):
            boxes += 1
            worst = max(worst, max(abs(x - y) for x, y in zip(a, b)))
    ok = not differing and worst <= tolerance
    print(f"{'ok  ' if ok else 'FAIL'} {title}: {len(ours)} pictures, {boxes} boxes, largest difference {worst:.6f} px")
    for line in differing[:5]:
        print("     " + line)
    return ok


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("coco")
    parser.add_argument("yolo")
    parser.add_argument("voc")
    parser.add_argument("--source-voc")
    parser.add_argument("--source-yolo")
    arguments = parser.parse_args()
    coco, yolo, voc = read_coco(arguments.coco), read_yolo(arguments.yolo), read_voc(arguments.voc)
    close, half = 0.01, 0.51
    results = []
    if arguments.source_voc:
        source = read_voc(arguments.source_voc)
        results += [
            compare("source (VOC) and our COCO", source, coco, close),
            compare("source (VOC) and our YOLO", source, yolo, close),
            compare("source (VOC) and our VOC", source, voc, close),
        ]
    elif arguments.source_yolo:
        source = read_yolo(arguments.source_yolo)
        results += [
            compare("source (YOLO) and our COCO", source, coco, close),
            compare("source (YOLO) and our YOLO", source, yolo, close),
            compare("source (YOLO) and our VOC", source, voc, half),
        ]
    else:
        results += [compare("our COCO and our YOLO", coco, yolo, close), compare("our COCO and our VOC", coco, voc, half)]
    sys.exit(0 if all(results) else 1)


if __name__ == "__main__":
    main()
