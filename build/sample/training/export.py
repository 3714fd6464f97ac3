"""Writes a trained checkpoint as ONNX: python export.py CHECKPOINT MODEL"""

import sys

import onnx
import torch

from network import Detector

CLASS_NAMES = ("mug", "book", "ball", "plant")
SIZE = 320


def export(state: dict[str, torch.Tensor], path: str) -> None:
    network = Detector(len(CLASS_NAMES), SIZE)
    network.load_state_dict(state)
    network.eval().fold()
    torch.onnx.export(
        network, torch.zeros(1, 3, SIZE, SIZE), path, opset_version=17, dynamo=False,
        input_names=["images"], output_names=["output0"], do_constant_folding=True,
    )
    model = onnx.load(path)
    model.producer_name, model.producer_version = "Boxwright", ""
    names = "{" + ", ".join(f"{index}: '{name}'" for index, name in enumerate(CLASS_NAMES)) + "}"
    onnx.helper.set_model_props(
        model,
        {"names": names, "imgsz": f"[{SIZE}, {SIZE}]", "stride": "32", "task": "detect", "author": "Boxwright",
         "license": "MIT", "description": "Boxwright sample detector"},
    )
    onnx.checker.check_model(model, full_check=True)
    onnx.save(model, path)


if __name__ == "__main__":
    export(torch.load(sys.argv[1], map_location="cpu", weights_only=True)["average"], sys.argv[2])
