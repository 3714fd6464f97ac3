"""Pictures and labels as tensors: letterboxed once, varied anew for every batch."""

import math
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image
from torch import Tensor

PAD = 114


def letterbox(image: Image.Image, size: int) -> tuple[Tensor, float, int, int]:
    """[3, size, size] in 0..255: bilinear without antialias, half-pixel centres, centred on grey. Also ratio, left, top."""
    width, height = image.size
    ratio = min(size / width, size / height)
    new_w, new_h = round(width * ratio), round(height * ratio)
    pixels = torch.from_numpy(np.asarray(image.convert("RGB")).copy()).permute(2, 0, 1)[None].float()
    resized = F.interpolate(pixels, (new_h, new_w), mode="bilinear", align_corners=False, antialias=False)[0]
    left, top = round((size - new_w) / 2 - 0.1), round((size - new_h) / 2 - 0.1)
    canvas = torch.full((3, size, size), float(PAD))
    canvas[:, top : top + new_h, left : left + new_w] = resized
    return canvas, ratio, left, top


def read_labels(path: Path) -> np.ndarray:
    rows = [[float(word) for word in line.split()] for line in path.read_text().splitlines()]
    return np.array(rows, dtype=np.float32).reshape(-1, 5)


def picture_paths(folder: Path, split: str) -> list[Path]:
    return sorted((folder / "images" / split).glob("*.jpg"))


def label_path(picture: Path) -> Path:
    return picture.parents[2] / "labels" / picture.parent.name / f"{picture.stem}.txt"


class TrainingSet:
    """All pictures in memory, letterboxed, as bytes; boxes as corners in letterboxed pixels."""

    def __init__(self, folder: Path, split: str, size: int):
        paths = picture_paths(folder, split)
        self.size = size
        self.pixels = torch.empty((len(paths), 3, size, size), dtype=torch.uint8)
        self.boxes: list[Tensor] = []
        self.classes: list[Tensor] = []
        for index, path in enumerate(paths):
            with Image.open(path) as image:
                width, height = image.size
                canvas, ratio, left, top = letterbox(image, size)
            self.pixels[index] = canvas.round().to(torch.uint8)
            rows = read_labels(label_path(path))
            centre = rows[:, 1:3] * (width, height)
            extent = rows[:, 3:5] * (width, height)
            corners = np.concatenate((centre - extent / 2, centre + extent / 2), 1) * ratio + (left, top, left, top)
            self.boxes.append(torch.from_numpy(corners.astype(np.float32)))
            self.classes.append(torch.from_numpy(rows[:, 0].astype(np.int64)))

    def __len__(self) -> int:
        return len(self.pixels)

    def batch(self, indices: list[int], generator: torch.Generator, view: int, scale: float):
        """Pictures [B, 3, view, view] in 0..1, boxes [B, M, 4], classes [B, M], rows in use [B, M].

        scale: how large the views show things, on the whole, beside the letterboxed picture; each view differs by up to 1.45.
        """
        pixels = self.pixels[indices].float() / 255
        boxes = [self.boxes[i] for i in indices]
        classes = [self.classes[i] for i in indices]
        pixels, boxes, classes = self.vary(pixels, boxes, classes, generator, view, scale)
        most = max(1, *(len(b) for b in boxes))
        truth = torch.zeros((len(indices), most, 4))
        kinds = torch.zeros((len(indices), most), dtype=torch.int64)
        real = torch.zeros((len(indices), most), dtype=torch.bool)
        for row, (b, c) in enumerate(zip(boxes, classes)):
            truth[row, : len(b)], kinds[row, : len(b)], real[row, : len(b)] = b, c, True
        return pixels, truth, kinds, real

    def vary(
        self, pixels: Tensor, boxes: list[Tensor], classes: list[Tensor], generator: torch.Generator, view: int, typical: float
    ):
        """Looks at a part of each picture, mirrored, scaled and toned anew, `view` pixels wide and high."""
        count, size = len(pixels), self.size
        draw = torch.rand((count, 12), generator=generator)
        scale = typical * torch.exp((draw[:, 0] * 2 - 1) * math.log(1.45))
        mirror = torch.where(draw[:, 1] < 0.5, -1.0, 1.0)
        room = ((size - view / scale).clamp(min=0) / 2 + 16)[:, None]
        middle = (draw[:, 2:4] * 2 - 1) * room
        # grid_sample asks where each new pixel comes from: the inverse of what is done to the boxes.
        theta = torch.zeros((count, 2, 3))
        theta[:, 0, 0], theta[:, 1, 1] = mirror * view / size / scale, view / size / scale
        theta[:, :, 2] = middle * 2 / size
        grid = F.affine_grid(theta, [count, 3, view, view], align_corners=False)
        moved = F.grid_sample(pixels - PAD / 255, grid, mode="bilinear", padding_mode="zeros", align_corners=False)
        inside = (moved != 0).any(1, keepdim=True)
        moved = moved + PAD / 255
        exposure = 0.75 + 0.5 * draw[:, 4:5]
        balance = 0.92 + 0.16 * draw[:, 5:8]
        contrast = (0.8 + 0.4 * draw[:, 8])[:, None, None, None]
        saturation = (0.5 + draw[:, 9])[:, None, None, None]
        toned = moved * (exposure * balance)[:, :, None, None]
        grey = toned.mean(1, keepdim=True)
        toned = grey + (toned - grey) * saturation
        toned = ((toned - 0.5) * contrast + 0.5).clamp(0, 1)
        out_pixels = torch.where(inside, toned, moved)
        out_boxes, out_classes = [], []
        for row in range(count):
            b = boxes[row] - size / 2 - middle[row].repeat(2)
            if mirror[row] < 0:
                b = b[:, [2, 1, 0, 3]] * torch.tensor([-1.0, 1.0, -1.0, 1.0])
            b = b * scale[row] + view / 2
            whole = (b[:, 2] - b[:, 0]) * (b[:, 3] - b[:, 1])
            b = b.clamp(0, view)
            sides = b[:, 2:] - b[:, :2]
            keep = (sides.prod(1) > 0.35 * whole) & (sides.amin(1) > 3)
            out_boxes.append(b[keep])
            out_classes.append(classes[row][keep])
        return out_pixels, out_boxes, out_classes
