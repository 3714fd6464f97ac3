"""Trains the sample detector on the CPU: python train.py --data FOLDER --out FOLDER [--epochs 20]

FOLDER holds images/train and labels/train made by the picture generator. Every epoch writes last.pt and a line of figures.
"""

import argparse
import copy
import math
import time
from pathlib import Path

import torch

from data import TrainingSet
from export import CLASS_NAMES, SIZE, export
from loss import DetectionLoss
from measure import measure
from network import Detector


SMALL_VIEW = 224


def parameter_groups(network: torch.nn.Module, decay: float) -> list[dict[str, object]]:
    kernels = [p for p in network.parameters() if p.requires_grad and p.ndim > 1]
    others = [p for p in network.parameters() if p.requires_grad and p.ndim <= 1]
    return [{"params": kernels, "weight_decay": decay}, {"params": others, "weight_decay": 0.0}]


@torch.no_grad()
def follow(average: torch.nn.Module, network: torch.nn.Module, step: int) -> None:
    """Moves the average of the weights on; at first quickly, later slowly."""
    keep = 0.998 * (1 - math.exp(-step / 300))
    for slow, fast in zip(average.state_dict().values(), network.state_dict().values()):
        if slow.dtype.is_floating_point:
            slow.mul_(keep).add_(fast, alpha=1 - keep)
        else:
            slow.copy_(fast)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--epochs", type=int, default=20)
    parser.add_argument("--small-epochs", type=int, default=12, help="first epochs, on views of 224 pixels, half the work")
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--rate", type=float, default=3e-3)
    parser.add_argument("--decay", type=float, default=0.02)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--resume", type=Path)
    options = parser.parse_args()
    torch.set_num_threads(2)
    torch.manual_seed(options.seed)
    generator = torch.Generator().manual_seed(options.seed)
    options.out.mkdir(parents=True, exist_ok=True)

    pictures = TrainingSet(options.data, "train", SIZE)
    network = Detector(len(CLASS_NAMES), SIZE)
    network = network.to(memory_format=torch.channels_last)
    average = copy.deepcopy(network).eval()
    losses = {view: DetectionLoss(len(CLASS_NAMES), view) for view in (SMALL_VIEW, SIZE)}
    optimizer = torch.optim.AdamW(parameter_groups(network, options.decay), lr=options.rate, betas=(0.9, 0.99))
    per_epoch = len(pictures) // options.batch
    total, warm = options.epochs * per_epoch, min(300, per_epoch)
    step = first = 0
    if options.resume is not None:
        saved = torch.load(options.resume, map_location="cpu", weights_only=True)
        network.load_state_dict(saved["network"])
        average.load_state_dict(saved["average"])
        optimizer.load_state_dict(saved["optimizer"])
        step, first = saved["step"], saved["epoch"]
    print(f"{len(pictures)} pictures, {sum(p.numel() for p in network.parameters())} parameters", flush=True)
    for epoch in range(first, options.epochs):
        network.train()
        started = time.time()
        sums: dict[str, float] = {}
        view = SMALL_VIEW if epoch < options.small_epochs else SIZE
        order = torch.randperm(len(pictures), generator=generator).tolist()
        for index in range(per_epoch):
            rate = options.rate * min(1.0, (step + 1) / warm) * (0.01 + 0.99 * (1 + math.cos(math.pi * step / total)) / 2)
            for group in optimizer.param_groups:
                group["lr"] = rate
            # The last epochs see the pictures as they are, so that the network settles on true sizes.
            vary = epoch < options.epochs - 2
            chosen = order[index * options.batch : (index + 1) * options.batch]
            pixels, truth, classes, real = pictures.batch(chosen, generator, view, vary)
            parts = losses[view](network.raw(pixels.contiguous(memory_format=torch.channels_last)), truth, classes, real)
            optimizer.zero_grad(set_to_none=True)
            sum(parts.values()).backward()
            torch.nn.utils.clip_grad_norm_(network.parameters(), 10.0)
            optimizer.step()
            step += 1
            follow(average, network, step)
            for name, value in parts.items():
                sums[name] = sums.get(name, 0.0) + float(value)
            if step % 50 == 0:
                print(f"  step {step}/{total} {time.time() - started:.0f} s", flush=True)
        state = {"network": network.state_dict(), "average": average.state_dict(), "optimizer": optimizer.state_dict()}
        torch.save({**state, "step": step, "epoch": epoch + 1}, options.out / "last.pt")
        export(average.state_dict(), str(options.out / "last.onnx"))
        figures = measure(str(options.out / "last.onnx"), options.data, "watch")
        means = ", ".join(f"{name} {value / per_epoch:.3f}" for name, value in sums.items())
        print(f"epoch {epoch + 1}: {means}, {time.time() - started:.0f} s, {figures}", flush=True)


if __name__ == "__main__":
    main()
