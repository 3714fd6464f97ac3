"""Trains the sample detector on the CPU: python train.py --data FOLDER --out FOLDER [--minutes 30]

FOLDER holds images/train and labels/train made by the picture generator. Every 250 steps it writes last.pt and last.onnx and prints figures.
"""

import argparse
import copy
import math
import time
from pathlib import Path

import torch
from torch import distributed, multiprocessing

from data import TrainingSet
from export import CLASS_NAMES, SIZE, export
from loss import DetectionLoss
from measure import measure
from network import Detector


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


def share(network: torch.nn.Module, progress: float, workers: int) -> float:
    """Replaces the gradients by their mean over all workers; returns the mean progress, the same number for all."""
    gradients = [p.grad for p in network.parameters() if p.grad is not None]
    flat = torch.cat([torch.tensor([progress]), *(g.reshape(-1) for g in gradients)])
    distributed.all_reduce(flat)
    mean, *parts = flat.div_(workers).split([1, *(g.numel() for g in gradients)])
    for gradient, part in zip(gradients, parts):
        gradient.copy_(part.view_as(gradient))
    return float(mean)


def work(rank: int, pictures: TrainingSet, options: argparse.Namespace) -> None:
    """One of several processes, each with one thread and its share of every batch: no thread waits for another in a loop."""
    torch.set_num_threads(1)
    torch.manual_seed(options.seed)
    meeting = f"file://{(options.out / 'meeting').absolute()}"
    distributed.init_process_group("gloo", init_method=meeting, rank=rank, world_size=options.workers)
    shuffle = torch.Generator().manual_seed(options.seed)
    generator = torch.Generator().manual_seed(options.seed * 1000 + rank)
    network = Detector(len(CLASS_NAMES), SIZE).to(memory_format=torch.channels_last)
    average = copy.deepcopy(network).eval()
    step = 0
    if options.start is not None:
        saved = torch.load(options.start, map_location="cpu", weights_only=True)
        network.load_state_dict(saved["network"])
        average.load_state_dict(saved["average"])
        step = saved["step"]
    loss = DetectionLoss(len(CLASS_NAMES), options.view)
    optimizer = torch.optim.AdamW(parameter_groups(network, options.decay), lr=options.rate, betas=(0.9, 0.99))
    per_epoch = len(pictures) // options.batch
    began, progress, first = time.time(), 0.0, step
    sums: dict[str, float] = {}
    while progress < 1:
        if (step - first) % per_epoch == 0:
            order = torch.randperm(len(pictures), generator=shuffle).tolist()
        index = (step - first) % per_epoch
        chosen = order[index * options.batch : (index + 1) * options.batch][rank :: options.workers]
        network.train()
        pixels, truth, classes, real = pictures.batch(chosen, generator, options.view, options.scale)
        parts = loss(network.raw(pixels.contiguous(memory_format=torch.channels_last)), truth, classes, real)
        optimizer.zero_grad(set_to_none=True)
        sum(parts.values()).backward()
        progress = share(network, (time.time() - began) / 60 / options.minutes, options.workers)
        rate = options.rate * min(1.0, (step - first + 1) / options.warm) * (0.01 + 0.99 * (1 + math.cos(math.pi * min(1.0, progress))) / 2)
        for group in optimizer.param_groups:
            group["lr"] = rate
        torch.nn.utils.clip_grad_norm_(network.parameters(), 10.0)
        optimizer.step()
        step += 1
        if rank != 0:
            continue
        follow(average, network, step)
        for name, value in parts.items():
            sums[name] = sums.get(name, 0.0) + float(value)
        if step % 50 == 0 or progress >= 1:
            means = ", ".join(f"{name} {value / 50:.3f}" for name, value in sums.items())
            sums = {}
            print(f"step {step} progress {progress:.3f} rate {rate:.5f} {means}", flush=True)
        if step % 250 == 0 or progress >= 1:
            torch.save({"network": network.state_dict(), "average": average.state_dict(), "step": step}, options.out / "last.pt")
            export(average.state_dict(), str(options.out / "last.onnx"))
            print(measure(str(options.out / "last.onnx"), options.data, "watch"), flush=True)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--minutes", type=float, default=30, help="how long to train: the rate falls to nothing over this time")
    parser.add_argument("--view", type=int, default=224, help="side of the views in pixels; less than 320 saves time")
    parser.add_argument("--scale", type=float, default=0.78, help="how large the views show things, beside the whole picture")
    parser.add_argument("--start", type=Path, help="a last.pt to go on from")
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--rate", type=float, default=3e-3)
    parser.add_argument("--warm", type=int, default=60, help="steps over which the rate rises")
    parser.add_argument("--decay", type=float, default=0.02)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args()
    torch.set_num_threads(1)
    options.out.mkdir(parents=True, exist_ok=True)
    (options.out / "meeting").unlink(missing_ok=True)
    pictures = TrainingSet(options.data, "train", SIZE)
    print(f"{len(pictures)} pictures", flush=True)
    multiprocessing.start_processes(work, (pictures, options), options.workers, start_method="fork")


if __name__ == "__main__":
    main()
