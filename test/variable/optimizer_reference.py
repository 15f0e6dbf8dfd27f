# SPDX-License-Identifier: BSL-1.0
"""Writes what PyTorch's optimizers, schedules and clipping do to optimizer_reference.txt beside this file, always the same.

    python3 test/variable/optimizer_reference.py

needs torch. Lines: a name and numbers. The names, and how parameters and gradients are made of whole numbers, are those of optimizer.cpp.
"""

import pathlib
import sys

import torch

torch.set_num_threads(1)

SHAPES = [((2, 5), torch.float32), ((3,), torch.float64), ((), torch.float32), ((3, 2), torch.float64)]
STEPS = 20
RECORDED = (1, 2, 3, 10, 20)


def numbers(shape, dtype, formula):
    count = torch.Size(shape).numel()
    return torch.tensor([formula(k) for k in range(count)], dtype=dtype).reshape(shape)


def parameters():
    made = [numbers(shape, dtype, lambda k: ((7 * k + 3) % 11 - 5) / 4).requires_grad_() for shape, dtype in SHAPES]
    # The last one lies by columns.
    made[3] = made[3].detach().t().contiguous().t().requires_grad_()
    return made


def set_gradients(made, step):
    """Of the sum of a (x - c)^2 / 2. That of the number is missing in the first five steps."""
    for which, x in enumerate(made):
        a = numbers(x.shape, x.dtype, lambda k: (1 + k % 4) / 2)
        c = numbers(x.shape, x.dtype, lambda k: ((5 * k + 2) % 7 - 3) / 2)
        x.grad = None if which == 2 and step < 5 else a * (x.detach() - c)


OPTIMIZERS = {
    "sgd": lambda p: torch.optim.SGD(p, lr=0.1),
    "sgd_weight_decay": lambda p: torch.optim.SGD(p, lr=0.1, weight_decay=0.3),
    "sgd_momentum": lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.9),
    "sgd_dampening": lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.8, dampening=0.4, weight_decay=0.1),
    "sgd_nesterov": lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.7, weight_decay=0.1, nesterov=True),
    "adam": lambda p: torch.optim.Adam(p),
    "adam_weight_decay": lambda p: torch.optim.Adam(p, lr=0.3, weight_decay=0.2),
    "adam_amsgrad": lambda p: torch.optim.Adam(p, lr=0.3, amsgrad=True),
    "adam_all": lambda p: torch.optim.Adam(p, lr=0.2, betas=(0.7, 0.8), eps=1e-3, weight_decay=0.1, amsgrad=True),
    "adamw": lambda p: torch.optim.AdamW(p),
    "adamw_weight_decay": lambda p: torch.optim.AdamW(p, lr=0.3, weight_decay=0.2),
    "adamw_all": lambda p: torch.optim.AdamW(p, lr=0.2, betas=(0.7, 0.8), eps=1e-3, weight_decay=0, amsgrad=True),
}

SCHEDULES = {
    "step_lr": lambda o: [torch.optim.lr_scheduler.StepLR(o, step_size=7)],
    "multi_step_lr": lambda o: [torch.optim.lr_scheduler.MultiStepLR(o, milestones=[3, 11, 11, 20], gamma=0.5)],
    "exponential_lr": lambda o: [torch.optim.lr_scheduler.ExponentialLR(o, gamma=0.9)],
    "linear_lr": lambda o: [torch.optim.lr_scheduler.LinearLR(o, start_factor=0.25, end_factor=0.75, total_iters=8)],
    "linear_lr_defaults": lambda o: [torch.optim.lr_scheduler.LinearLR(o)],
    "cosine_annealing_lr": lambda o: [torch.optim.lr_scheduler.CosineAnnealingLR(o, T_max=9, eta_min=0.01)],
    "lambda_lr": lambda o: [torch.optim.lr_scheduler.LambdaLR(o, lambda step: 1 / (1 + step))],
    "one_cycle_lr": lambda o: [torch.optim.lr_scheduler.OneCycleLR(o, max_lr=0.7, total_steps=31, cycle_momentum=False)],
    "one_cycle_lr_linear": lambda o: [
        torch.optim.lr_scheduler.OneCycleLR(o, max_lr=0.7, total_steps=31, pct_start=0.4, div_factor=10, final_div_factor=100, anneal_strategy="linear", cycle_momentum=False)
    ],
    "two_schedules": lambda o: [torch.optim.lr_scheduler.LinearLR(o), torch.optim.lr_scheduler.CosineAnnealingLR(o, T_max=20), torch.optim.lr_scheduler.ExponentialLR(o, gamma=0.95)],
}

CLIPPINGS = {
    "clip_norm": lambda p: torch.nn.utils.clip_grad_norm_(p, 1.5),
    "clip_norm_large": lambda p: torch.nn.utils.clip_grad_norm_(p, 1000),
    "clip_norm_infinity": lambda p: torch.nn.utils.clip_grad_norm_(p, 1.5, norm_type=float("inf")),
    "clip_norm_3": lambda p: torch.nn.utils.clip_grad_norm_(p, 1.5, norm_type=3),
    "clip_value": lambda p: torch.nn.utils.clip_grad_value_(p, 0.75),
}


def all_numbers(tensors):
    return [float(x) for tensor in tensors for x in tensor.detach().flatten()]


def rosenbrock(x):
    return ((1 - x[:-1]) ** 2 + 100 * (x[1:] - x[:-1] ** 2) ** 2).sum()


def main():
    lines = []

    def write(name, values):
        lines.append(" ".join([name] + [repr(float(value)) for value in values]))

    for name, make in OPTIMIZERS.items():
        made = parameters()
        optimizer = make(made)
        for step in range(STEPS):
            set_gradients(made, step)
            optimizer.step()
            if step + 1 in RECORDED:
                write(f"{name}/{step + 1}", all_numbers(made))

    for name, make in SCHEDULES.items():
        optimizer = torch.optim.SGD(parameters(), lr=0.5)
        schedules = make(optimizer)
        rates = [optimizer.param_groups[0]["lr"]]
        for _ in range(30):
            optimizer.step()
            for schedule in schedules:
                schedule.step()
            rates.append(optimizer.param_groups[0]["lr"])
        write(name, rates)

    for name, clip in CLIPPINGS.items():
        made = parameters()
        set_gradients(made, 5)
        norm = clip(made)
        write(name, [0 if norm is None else norm] + all_numbers([x.grad for x in made]))

    x = torch.tensor([-1.2, 1.0, 0.5, -0.3, 2.0], dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.Adam([x], lr=0.05)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=STEPS)
    losses = []
    for _ in range(STEPS):
        optimizer.zero_grad()
        loss = rosenbrock(x)
        loss.backward()
        torch.nn.utils.clip_grad_norm_([x], 50)
        optimizer.step()
        schedule.step()
        losses.append(loss)
    write("rosenbrock", losses + list(x))

    (pathlib.Path(__file__).parent / "optimizer_reference.txt").write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    sys.exit(main())
