# Makes a COCO file of annotations and a COCO result file of the size of COCO val2017, the same on every machine:
#   python build/peers/makeEvaluationFiles.py FOLDER [--images 5000] [--detections 100] [--classes 80] [--seed 1]
# writes FOLDER/annotations.json and FOLDER/detections.json. Needs nothing but Python. evaluate.py measures with them.

import argparse
import json
import os
import random


def make_objects(dice, image, classes, start):
    """About 7.3 objects a picture of 640 x 480, a few classes each, sides spread evenly over their logarithm."""
    present = [dice.randrange(1, classes + 1) for _ in range(dice.randrange(1, 5))]
    objects = []
    for number in range(min(60, int(dice.expovariate(1 / 7.3) + 0.5))):
        width = min(620, 8 * 2 ** dice.uniform(0, 5.5))
        height = min(460, 8 * 2 ** dice.uniform(0, 5.5))
        box = [round(value, 2) for value in (dice.uniform(0, 640 - width), dice.uniform(0, 480 - height), width, height)]
        objects.append({
            "id": start + number,
            "image_id": image,
            "category_id": dice.choice(present),
            "bbox": box,
            "area": round(box[2] * box[3] * dice.uniform(0.4, 1), 4),
            "iscrowd": int(dice.random() < 0.012),
        })
    return objects


def make_detections(dice, image, objects, classes, count):
    """One or two detections near most objects, the rest anywhere, of low score."""
    found = []
    for thing in objects:
        for again in range(2):
            if dice.random() > (0.8 if again == 0 else 0.3):
                continue
            shake = 0.02 + 0.2 * dice.random() ** 2
            x, y, width, height = thing["bbox"]
            box = [
                x + width * dice.gauss(0, shake),
                y + height * dice.gauss(0, shake),
                width * (1 + dice.gauss(0, shake)),
                height * (1 + dice.gauss(0, shake)),
            ]
            right = dice.random() < 0.92
            found.append((box, thing["category_id"] if right else dice.randrange(1, classes + 1), dice.betavariate(3, 2)))
    while len(found) < count:
        width = 8 * 2 ** dice.uniform(0, 5.5)
        height = 8 * 2 ** dice.uniform(0, 5.5)
        box = [dice.uniform(0, 600), dice.uniform(0, 440), width, height]
        category = dice.choice(objects)["category_id"] if objects and dice.random() < 0.3 else dice.randrange(1, classes + 1)
        found.append((box, category, dice.betavariate(1, 12)))
    dice.shuffle(found)
    return [
        {
            "image_id": image,
            "category_id": category,
            "bbox": [round(value, 3) for value in box],
            # Three decimals now and then: equal scores are what orders of equal scores are told apart by.
            "score": round(score, 3 if dice.random() < 0.2 else 6),
        }
        for box, category, score in found[:count]
    ]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder")
    parser.add_argument("--images", type=int, default=5000)
    parser.add_argument("--detections", type=int, default=100)
    parser.add_argument("--classes", type=int, default=80)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    dice = random.Random(options.seed)
    images, annotations, detections = [], [], []
    for number in range(1, options.images + 1):
        images.append({"id": number, "width": 640, "height": 480, "file_name": f"{number:012d}.jpg"})
        objects = make_objects(dice, number, options.classes, len(annotations) + 1)
        annotations += objects
        detections += make_detections(dice, number, objects, options.classes, options.detections)
    categories = [{"id": number, "name": f"class {number}"} for number in range(1, options.classes + 1)]
    os.makedirs(options.folder, exist_ok=True)
    with open(os.path.join(options.folder, "annotations.json"), "w") as file:
        json.dump({"images": images, "annotations": annotations, "categories": categories}, file)
    with open(os.path.join(options.folder, "detections.json"), "w") as file:
        json.dump(detections, file)
    print(f"{len(images)} images, {len(annotations)} objects, {len(detections)} detections in {options.folder}")


if __name__ == "__main__":
    main()
