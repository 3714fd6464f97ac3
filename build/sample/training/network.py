"""The sample detector: a small anchor-free network with the parts of a current YOLO.

Written for Boxwright from published ideas: convolution + batch norm + SiLU; cross-stage blocks that split their
channels and join every intermediate result (CSPNet, ELAN); fast spatial pyramid pooling; a path-aggregation neck (PANet);
a decoupled head (YOLOX) whose box branch predicts a distribution over 16 distances for each side (Generalized Focal Loss).
"""

import torch
from torch import Tensor, nn

BINS = 16
STRIDES = (8, 16, 32)


class ConvUnit(nn.Module):
    """Convolution, batch norm, SiLU. `fold` moves the batch norm into the convolution."""

    def __init__(self, inputs: int, outputs: int, kernel: int = 1, stride: int = 1):
        super().__init__()
        self.conv = nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, bias=False)
        self.norm: nn.BatchNorm2d | None = nn.BatchNorm2d(outputs, eps=1e-3, momentum=0.03)
        self.act = nn.SiLU()

    def forward(self, x: Tensor) -> Tensor:
        x = self.conv(x)
        return self.act(x if self.norm is None else self.norm(x))

    @torch.no_grad()
    def fold(self) -> None:
        norm, old = self.norm, self.conv
        if norm is None:
            return
        scale = norm.weight / torch.sqrt(norm.running_var + norm.eps)
        conv = nn.Conv2d(old.in_channels, old.out_channels, old.kernel_size, old.stride, old.padding, bias=True)
        conv.weight.copy_(old.weight * scale[:, None, None, None])
        conv.bias.copy_(norm.bias - norm.running_mean * scale)
        self.conv, self.norm = conv, None


class Bottleneck(nn.Module):
    """Two 3x3 convolutions; in the backbone the input is added to what they give."""

    def __init__(self, channels: int, shortcut: bool):
        super().__init__()
        self.conv1 = ConvUnit(channels, channels, 3)
        self.conv2 = ConvUnit(channels, channels, 3)
        self.shortcut = shortcut

    def forward(self, x: Tensor) -> Tensor:
        y = self.conv2(self.conv1(x))
        return x + y if self.shortcut else y


class SplitStage(nn.Module):
    """Splits the channels in two, sends one half through bottlenecks, and joins all that was made on the way."""

    def __init__(self, inputs: int, outputs: int, depth: int, shortcut: bool):
        super().__init__()
        self.half = outputs // 2
        self.enter = ConvUnit(inputs, 2 * self.half)
        self.blocks = nn.ModuleList(Bottleneck(self.half, shortcut) for _ in range(depth))
        self.leave = ConvUnit((2 + depth) * self.half, outputs)

    def forward(self, x: Tensor) -> Tensor:
        parts = list(self.enter(x).split((self.half, self.half), 1))
        for block in self.blocks:
            parts.append(block(parts[-1]))
        return self.leave(torch.cat(parts, 1))


class PoolPyramid(nn.Module):
    """Max pooling with a 5x5 window, once, twice and three times over: windows of 5, 9 and 13."""

    def __init__(self, channels: int):
        super().__init__()
        self.enter = ConvUnit(channels, channels // 2)
        self.pool = nn.MaxPool2d(5, 1, 2)
        self.leave = ConvUnit(channels // 2 * 4, channels)

    def forward(self, x: Tensor) -> Tensor:
        parts = [self.enter(x)]
        for _ in range(3):
            parts.append(self.pool(parts[-1]))
        return self.leave(torch.cat(parts, 1))


class Backbone(nn.Module):
    def __init__(self, widths: tuple[int, ...]):
        super().__init__()
        w0, w1, w2, w3, w4 = widths
        self.stem = ConvUnit(3, w0, 3, 2)
        self.down1 = ConvUnit(w0, w1, 3, 2)
        self.stage1 = SplitStage(w1, w1, 1, True)
        self.down2 = ConvUnit(w1, w2, 3, 2)
        self.stage2 = SplitStage(w2, w2, 2, True)
        self.down3 = ConvUnit(w2, w3, 3, 2)
        self.stage3 = SplitStage(w3, w3, 2, True)
        self.down4 = ConvUnit(w3, w4, 3, 2)
        self.stage4 = SplitStage(w4, w4, 1, True)
        self.pool = PoolPyramid(w4)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        fine = self.stage2(self.down2(self.stage1(self.down1(self.stem(x)))))
        middle = self.stage3(self.down3(fine))
        return fine, middle, self.pool(self.stage4(self.down4(middle)))


class Neck(nn.Module):
    """Carries coarse features up to fine ones and back down again."""

    def __init__(self, inputs: tuple[int, int, int], outputs: tuple[int, int, int]):
        super().__init__()
        i3, i4, i5 = inputs
        o3, o4, o5 = outputs
        self.up = nn.Upsample(scale_factor=2, mode="nearest")
        self.top4 = SplitStage(i5 + i4, o4, 1, False)
        self.top3 = SplitStage(o4 + i3, o3, 1, False)
        self.down3 = ConvUnit(o3, o3, 3, 2)
        self.bottom4 = SplitStage(o3 + o4, o4, 1, False)
        self.down4 = ConvUnit(o4, o4, 3, 2)
        self.bottom5 = SplitStage(o4 + i5, o5, 1, False)

    def forward(self, fine: Tensor, middle: Tensor, coarse: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        up4 = self.top4(torch.cat((self.up(coarse), middle), 1))
        out3 = self.top3(torch.cat((self.up(up4), fine), 1))
        out4 = self.bottom4(torch.cat((self.down3(out3), up4), 1))
        out5 = self.bottom5(torch.cat((self.down4(out4), coarse), 1))
        return out3, out4, out5


class Branch(nn.Module):
    def __init__(self, inputs: int, width: int, outputs: int):
        super().__init__()
        self.conv1 = ConvUnit(inputs, width, 3)
        self.conv2 = ConvUnit(width, width, 3)
        self.predict = nn.Conv2d(width, outputs, 1)

    def forward(self, x: Tensor) -> Tensor:
        return self.predict(self.conv2(self.conv1(x)))


class Head(nn.Module):
    """Raw predictions of every cell of the three grids: [batch, 4 * 16 + classes, cells]."""

    def __init__(self, inputs: tuple[int, int, int], classes: int, box_width: int, class_width: int, size: int):
        super().__init__()
        self.box = nn.ModuleList(Branch(i, box_width, 4 * BINS) for i in inputs)
        self.cls = nn.ModuleList(Branch(i, class_width, classes) for i in inputs)
        self.classes = classes
        for stride, box, cls in zip(STRIDES, self.box, self.cls):
            nn.init.constant_(box.predict.bias, 1.0)
            # At the start a cell should hold an object about as often as cells of this grid do.
            share = 3 / classes / (size / stride) ** 2
            nn.init.constant_(cls.predict.bias, float(torch.logit(torch.tensor(share))))

    def forward(self, features: tuple[Tensor, ...]) -> Tensor:
        rows = []
        for feature, box, cls in zip(features, self.box, self.cls):
            joined = torch.cat((box(feature), cls(feature)), 1)
            rows.append(joined.reshape(-1, 4 * BINS + self.classes, int(feature.shape[2]) * int(feature.shape[3])))
        return torch.cat(rows, 2)


class Decode(nn.Module):
    """Turns raw predictions into boxes (centre x, centre y, width, height in input pixels) and class scores."""

    def __init__(self, classes: int, size: int):
        super().__init__()
        self.classes = classes
        points, strides = cell_centres(size)
        self.register_buffer("points", points.T[None].contiguous(), persistent=False)
        self.register_buffer("strides", strides[None, None].contiguous(), persistent=False)
        self.expect = nn.Conv2d(BINS, 1, 1, bias=False)
        self.expect.weight.data[:] = torch.arange(BINS, dtype=torch.float32).view(1, BINS, 1, 1)
        self.expect.weight.requires_grad_(False)

    def distances(self, box: Tensor) -> Tensor:
        """Mean left, top, right and bottom distance of each cell, in strides."""
        cells = self.points.shape[2]
        bins = box.reshape(-1, 4, BINS, cells).transpose(1, 2).softmax(1)
        return self.expect(bins).reshape(-1, 4, cells)

    def forward(self, raw: Tensor) -> Tensor:
        box, cls = raw.split((4 * BINS, self.classes), 1)
        near, far = self.distances(box).split((2, 2), 1)
        first, last = self.points - near, self.points + far
        joined = torch.cat(((first + last) / 2, last - first), 1) * self.strides
        return torch.cat((joined, cls.sigmoid()), 1)


class Detector(nn.Module):
    def __init__(self, classes: int = 4, size: int = 320):
        super().__init__()
        widths = (8, 16, 32, 64, 64)
        outs = (32, 48, 48)
        self.backbone = Backbone(widths)
        self.neck = Neck(widths[2:], outs)
        self.head = Head(outs, classes, 24, 16, size)
        self.decode = Decode(classes, size)

    def raw(self, x: Tensor) -> Tensor:
        return self.head(self.neck(*self.backbone(x)))

    def forward(self, x: Tensor) -> Tensor:
        return self.decode(self.raw(x))

    def fold(self) -> "Detector":
        for module in self.modules():
            if isinstance(module, ConvUnit):
                module.fold()
        return self


def cell_centres(size: int) -> tuple[Tensor, Tensor]:
    """Centres of all cells in strides [cells, 2], and the stride of each cell [cells]; rows of the finest grid first."""
    points, strides = [], []
    for stride in STRIDES:
        side = size // stride
        steps = torch.arange(side, dtype=torch.float32) + 0.5
        y, x = torch.meshgrid(steps, steps, indexing="ij")
        points.append(torch.stack((x, y), -1).reshape(-1, 2))
        strides.append(torch.full((side * side,), float(stride)))
    return torch.cat(points), torch.cat(strides)
