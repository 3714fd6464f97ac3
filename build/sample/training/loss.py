"""Task-aligned assignment (TOOD) and the loss: binary cross entropy, complete IoU, distribution focal loss."""

import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from network import BINS, cell_centres

TOP = 10
ALPHA = 0.5
BETA = 6.0
GAINS = {"box": 7.5, "cls": 1.0, "dfl": 1.5}


def iou(a: Tensor, b: Tensor, complete: bool = False) -> Tensor:
    """IoU of corner boxes, broadcast; `complete` subtracts the penalties for centre distance and shape (CIoU)."""
    width = (torch.minimum(a[..., 2], b[..., 2]) - torch.maximum(a[..., 0], b[..., 0])).clamp(min=0)
    height = (torch.minimum(a[..., 3], b[..., 3]) - torch.maximum(a[..., 1], b[..., 1])).clamp(min=0)
    aw, ah = a[..., 2] - a[..., 0], a[..., 3] - a[..., 1]
    bw, bh = b[..., 2] - b[..., 0], b[..., 3] - b[..., 1]
    both = width * height
    overlap = both / (aw * ah + bw * bh - both + 1e-7)
    if not complete:
        return overlap
    hull_w = torch.maximum(a[..., 2], b[..., 2]) - torch.minimum(a[..., 0], b[..., 0])
    hull_h = torch.maximum(a[..., 3], b[..., 3]) - torch.minimum(a[..., 1], b[..., 1])
    diagonal = hull_w**2 + hull_h**2 + 1e-7
    apart = (a[..., 0] + a[..., 2] - b[..., 0] - b[..., 2]) ** 2 + (a[..., 1] + a[..., 3] - b[..., 1] - b[..., 3]) ** 2
    shape = 4 / math.pi**2 * (torch.atan(bw / (bh + 1e-7)) - torch.atan(aw / (ah + 1e-7))) ** 2
    with torch.no_grad():
        weight = shape / (1 - overlap + shape + 1e-7)
    return overlap - apart / 4 / diagonal - weight * shape


class DetectionLoss(nn.Module):
    def __init__(self, classes: int, size: int):
        super().__init__()
        points, strides = cell_centres(size)
        self.classes = classes
        self.register_buffer("points", points)
        self.register_buffer("strides", strides)

    @torch.no_grad()
    def assign(self, scores: Tensor, boxes: Tensor, truth: Tensor, classes: Tensor, real: Tensor):
        """For each cell the object it must find, if any, and how sure it should be.

        scores [B, N, C] in 0..1, boxes [B, N, 4] and truth [B, M, 4] in pixels, classes [B, M], real [B, M] marks rows in use.
        Returns the object's row [B, N], the wanted score [B, N] (0: background).
        """
        centres = self.points * self.strides[:, None]
        # Small objects may lie between the centres: they count as at least 10 pixels wide and high here.
        middle = (truth[..., :2] + truth[..., 2:]) / 2
        reach = ((truth[..., 2:] - truth[..., :2]) / 2).clamp(min=5)
        inside = ((centres[None, None] - middle[:, :, None]).abs() < reach[:, :, None]).all(-1) & real[:, :, None]
        overlap = iou(truth[:, :, None], boxes[:, None]) * inside
        picked = scores.gather(2, classes[:, None].expand(-1, scores.shape[1], -1)).transpose(1, 2)
        align = picked**ALPHA * overlap**BETA * inside
        # The tiny term orders cells that do not overlap the object yet, so that every object has cells to learn from.
        best = (align + inside * 1e-9).topk(TOP, 2).indices
        chosen = torch.zeros_like(inside).scatter_(2, best, True) & inside
        # A cell chosen by several objects goes to the one that it overlaps most.
        owner = (overlap + 1e-9).masked_fill(~chosen, -1).argmax(1)
        taken = chosen.any(1)
        chosen &= F.one_hot(owner, truth.shape[1]).bool().transpose(1, 2)
        align = align * chosen
        strongest = align.amax(2, keepdim=True)
        closest = (overlap * chosen).amax(2, keepdim=True)
        wanted = (align / (strongest + 1e-9) * closest).amax(1)
        return owner, torch.where(taken, wanted, torch.zeros_like(wanted))

    def forward(self, raw: Tensor, truth: Tensor, classes: Tensor, real: Tensor) -> dict[str, Tensor]:
        raw = raw.transpose(1, 2).float()
        box, logits = raw.split((4 * BINS, self.classes), 2)
        batch, cells, _ = box.shape
        bins = box.reshape(batch, cells, 4, BINS)
        distance = bins.softmax(3) @ torch.arange(BINS, dtype=torch.float32)
        corners = torch.cat((self.points - distance[..., :2], self.points + distance[..., 2:]), 2)
        owner, wanted = self.assign(
            logits.detach().sigmoid(), corners.detach() * self.strides[:, None], truth, classes, real
        )
        target = torch.zeros_like(logits)
        target.scatter_(2, classes.gather(1, owner)[..., None], wanted[..., None])
        total = wanted.sum().clamp(min=1)
        cls = F.binary_cross_entropy_with_logits(logits, target, reduction="sum") / total
        cell = wanted > 0
        weight = wanted[cell]
        strides = self.strides.expand(batch, -1)[cell][:, None]
        points = self.points.expand(batch, -1, -1)[cell]
        goal = truth.gather(1, owner[..., None].expand(-1, -1, 4))[cell] / strides
        size = ((1 - iou(corners[cell], goal, complete=True)) * weight).sum() / total
        sides = torch.cat((points - goal[:, :2], goal[:, 2:] - points), 1).clamp(0, BINS - 1.01)
        low = sides.long()
        part = sides - low
        chances = F.log_softmax(bins[cell], 2)
        near = chances.gather(2, low[..., None])[..., 0]
        next_ = chances.gather(2, low[..., None] + 1)[..., 0]
        dfl = (-((1 - part) * near + part * next_).mean(1) * weight).sum() / total
        return {"box": size * GAINS["box"], "cls": cls * GAINS["cls"], "dfl": dfl * GAINS["dfl"]}
