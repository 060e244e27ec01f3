#!/usr/bin/env python3
"""Measures figment beside PyTorch and OpenBLAS on the same CPU and prints one table.

    python3 tests/bench/compare_torch.py [--figment build/release/figment] [--rounds 3] [--filter X] [--window]

Needs python3-torch, python3-numpy and libopenblas0 of the distribution. The measurements are interleaved: in each
round every kernel or net is timed by figment and then by the other side, and the best over all rounds counts on both
sides, so that a busy moment of the machine hurts neither. The nets are figment's own (src/models), with the same sizes.
With --cuda the other side runs on the GPU.
"""
import argparse
import ctypes
import json
import math
import os
import subprocess
import sys
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

# name of `figment bench` -> least ratio (time of the other side / time of figment), and what it stands beside.
MINIMA = {
    "gemm_512_nn": (0.35, "OpenBLAS"), "gemm_512_nt": (0.35, "OpenBLAS"), "gemm_512_tn": (0.35, "OpenBLAS"),
    "gemm_1024_nn": (0.35, "OpenBLAS"), "gemm_1024_nt": (0.35, "OpenBLAS"), "gemm_1024_tn": (0.35, "OpenBLAS"),
    "conv_32x32x64_forward": (0.30, "torch"), "conv_16x16x128_forward": (0.30, "torch"),
    "conv_32x32x64_grad_input": (0.15, "torch"), "conv_32x32x64_grad_weight": (0.15, "torch"),
    "conv_16x16x128_grad_input": (0.15, "torch"), "conv_16x16x128_grad_weight": (0.15, "torch"),
    "attention_forward": (1.0, "torch"), "attention_backward": (0.5, "torch"),
    "unet_forward_b1": (0.25, "torch"), "unet_forward_b8": (0.25, "torch"),
    "gpt_decode": (0.7, "torch"),
    "diffusion_train_b32": (0.2, "torch"), "gpt_train_b16": (0.2, "torch"),
}


def parse_arguments():
    parser = argparse.ArgumentParser(description="figment beside PyTorch and OpenBLAS: one table")
    parser.add_argument("--figment", default=os.path.join(ROOT, "build", "release", "figment"))
    parser.add_argument("--rounds", type=int, default=3, help="interleaved rounds; the best counts")
    parser.add_argument("--repeat", type=int, default=7, help="runs of each measurement in a round")
    parser.add_argument("--filter", default="", help="only measurements whose name holds this")
    parser.add_argument("--threads", type=int, default=min(2, os.cpu_count() or 1))
    parser.add_argument("--device", default="", help="figment's device (see figment list)")
    parser.add_argument("--cuda", action="store_true", help="torch on the GPU, figment on its best device")
    parser.add_argument("--window", action="store_true", help="also: frame times and the time to the first frame")
    parser.add_argument("--json", default="", help="file for all numbers")
    return parser.parse_args()


# ---------------------------------------------------------------- figment's side

def run_bench(options, name, environment=None, prefix=()):
    """Rows of `figment bench --filter name`, by name; {} if it fails."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "bench.json")
        command = [*prefix, options.figment, "bench", "--filter", name, "--json", path, "--repeat", str(options.repeat)]
        if options.device:
            command += ["--device", options.device]
        result = subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        if result.returncode != 0:
            print(f"figment bench --filter {name}: {result.stderr.strip()}", file=sys.stderr)
            return {}
        with open(path) as file:
            data = json.load(file)
        options.device_name = data.get("device") or options.device_name
        return {row["name"]: row for row in data["rows"]}


# ---------------------------------------------------------------- timing

def best_seconds(work, repeat, synchronize=lambda: None, least=0.25):
    for _ in range(3):
        work()
    synchronize()
    best, total, runs = math.inf, 0.0, 0
    while runs < repeat or (total < least and runs < 400):
        begin = time.perf_counter()
        work()
        synchronize()
        elapsed = time.perf_counter() - begin
        best, total, runs = min(best, elapsed), total + elapsed, runs + 1
    return best


# ---------------------------------------------------------------- OpenBLAS

class OpenBlas:
    """sgemm of the shared library itself, so that nothing else is in the time."""

    def __init__(self, threads):
        self.library = ctypes.CDLL("libopenblas.so.0")
        self.library.openblas_set_num_threads(threads)
        self.library.openblas_get_config.restype = ctypes.c_char_p
        self.version = self.library.openblas_get_config().decode()

    def work(self, size, form):
        import numpy
        a, b = (numpy.random.default_rng(1).uniform(-1, 1, (size, size)).astype(numpy.float32) for _ in range(2))
        c = numpy.zeros((size, size), numpy.float32)
        transposed = {"n": 111, "t": 112}
        pointers = [matrix.ctypes.data_as(ctypes.POINTER(ctypes.c_float)) for matrix in (a, b, c)]
        arguments = (101, transposed[form[0]], transposed[form[1]], size, size, size, ctypes.c_float(1), pointers[0],
                     size, pointers[1], size, ctypes.c_float(0), pointers[2], size)

        def run(keep=(a, b, c)):
            self.library.cblas_sgemm(*arguments)
        return run


# ---------------------------------------------------------------- the same nets in torch

def make_nets(torch):
    nn, functional = torch.nn, torch.nn.functional

    class Residual(nn.Module):
        def __init__(self, inputs, outputs, embedding):
            super().__init__()
            self.norm1, self.norm2 = nn.GroupNorm(8, inputs), nn.GroupNorm(8, outputs)
            self.conv1 = nn.Conv2d(inputs, outputs, 3, padding=1)
            self.conv2 = nn.Conv2d(outputs, outputs, 3, padding=1)
            self.scale, self.shift = nn.Linear(embedding, outputs), nn.Linear(embedding, outputs)
            self.skip = nn.Conv2d(inputs, outputs, 1) if inputs != outputs else None

        def forward(self, x, embedding):
            h = self.norm2(self.conv1(functional.silu(self.norm1(x))))
            h = h * (self.scale(embedding)[:, :, None, None] + 1) + self.shift(embedding)[:, :, None, None]
            return (x if self.skip is None else self.skip(x)) + self.conv2(functional.silu(h))

    class Attention(nn.Module):
        def __init__(self, channels, heads):
            super().__init__()
            self.heads, self.norm = heads, nn.GroupNorm(8, channels)
            self.query, self.key, self.value, self.output = (nn.Linear(channels, channels) for _ in range(4))

        def forward(self, x):
            batch, channels, height, width = x.shape
            h = self.norm(x).flatten(2).transpose(1, 2)  # [B, places, channels]

            def split(y):
                return y.view(batch, -1, self.heads, channels // self.heads).transpose(1, 2)
            q, k, v = split(self.query(h)), split(self.key(h)), split(self.value(h))
            weights = torch.softmax(q @ k.transpose(2, 3) / math.sqrt(channels // self.heads), -1)
            mixed = self.output((weights @ v).transpose(1, 2).reshape(batch, -1, channels))
            return x + mixed.transpose(1, 2).reshape(x.shape)

    class Unet(nn.Module):
        """src/models/diffusion/unet.cpp"""

        def __init__(self, channels=64, embedding=128, depth=48, heads=4, classes=(4, 6)):
            super().__init__()
            c, d = channels, 2 * channels

            def conv(inputs, outputs, stride=1):
                return nn.Conv2d(inputs, outputs, 3, stride, 1)
            self.time1, self.time2 = nn.Linear(64, embedding), nn.Linear(embedding, embedding)
            self.classes = nn.ModuleList(nn.Embedding(count + 1, embedding) for count in classes)
            self.door, self.exit = conv(depth, c), conv(c, depth)
            self.down1, self.down2 = Residual(c, c, embedding), Residual(c, c, embedding)
            self.reduce1, self.reduce2 = conv(c, d, 2), conv(d, d, 2)
            self.down3, self.down4 = Residual(d, d, embedding), Residual(d, d, embedding)
            self.down_attention, self.middle_attention, self.up_attention = (Attention(d, heads) for _ in range(3))
            self.middle1, self.middle2 = Residual(d, d, embedding), Residual(d, d, embedding)
            self.enlarge1, self.enlarge2 = conv(d, d), conv(d, c)
            self.up1, self.up2 = Residual(2 * d, d, embedding), Residual(d, d, embedding)
            self.up3, self.up4 = Residual(d, c, embedding), Residual(c, c, embedding)
            self.norm = nn.GroupNorm(8, c)
            self.straight_in, self.straight_out = conv(depth, 2 * depth), nn.Conv2d(2 * depth, depth, 1)
            self.straight_gain = nn.Linear(embedding, 2 * depth)
            self.register_buffer("frequencies", 1000 * 1000 ** -(torch.arange(32) / 31.0))

        def forward(self, x, time_, classes):
            angles = time_[:, None] * self.frequencies
            e = self.time2(functional.silu(self.time1(torch.cat([angles.sin(), angles.cos()], -1))))
            for table, ids in zip(self.classes, classes):
                e = e + table(ids)
            e = functional.silu(e)
            fine = self.down2(self.down1(self.door(x), e), e)
            coarse = self.down_attention(self.down4(self.down3(self.reduce1(fine), e), e))
            h = self.middle2(self.middle_attention(self.middle1(self.reduce2(coarse), e)), e)
            h = self.up1(torch.cat([self.enlarge1(functional.interpolate(h, scale_factor=2.0)), coarse], 1), e)
            h = self.up2(self.up_attention(h), e)
            h = self.up3(torch.cat([self.enlarge2(functional.interpolate(h, scale_factor=2.0)), fine], 1), e)
            straight = self.straight_out(self.straight_in(x) * self.straight_gain(e)[:, :, None, None])
            return self.exit(functional.silu(self.norm(self.up4(h, e)))) + straight

    class Block(nn.Module):
        def __init__(self, channels, heads):
            super().__init__()
            self.heads, self.norm1, self.norm2 = heads, nn.LayerNorm(channels), nn.LayerNorm(channels)
            self.query, self.key, self.value, self.output = (nn.Linear(channels, channels) for _ in range(4))
            self.expand, self.contract = nn.Linear(channels, 4 * channels), nn.Linear(4 * channels, channels)

        def forward(self, h, mask=None, cache=None, position=0):
            batch, length, channels = h.shape
            x = self.norm1(h)

            def split(y):
                return y.view(batch, -1, self.heads, channels // self.heads).transpose(1, 2)
            q, k, v = self.query(x), self.key(x), self.value(x)
            if cache is not None:
                cache[0][:, position:position + length], cache[1][:, position:position + length] = k, v
                k, v = cache[0][:, :position + length], cache[1][:, :position + length]
            q, k, v = split(q), split(k), split(v)
            scores = q @ k.transpose(2, 3) / math.sqrt(channels // self.heads)
            if mask is not None:
                scores = scores + mask
            mixed = (torch.softmax(scores, -1) @ v).transpose(1, 2).reshape(batch, length, channels)
            h = h + self.output(mixed)
            return h + self.contract(functional.gelu(self.expand(self.norm2(h)), approximate="tanh"))

    class Gpt(nn.Module):
        """src/models/gpt/gpt.cpp"""

        def __init__(self, vocabulary, context=256, channels=128, layers=4, heads=4):
            super().__init__()
            self.context, self.channels = context, channels
            self.token, self.position = nn.Embedding(vocabulary, channels), nn.Embedding(context, channels)
            self.blocks = nn.ModuleList(Block(channels, heads) for _ in range(layers))
            self.norm = nn.LayerNorm(channels)
            for table in (self.token, self.position):
                nn.init.normal_(table.weight, std=0.02)

        def forward(self, tokens, caches=None, position=0):
            length = tokens.shape[1]
            mask = None
            if caches is None:
                mask = torch.full((length, length), -math.inf, device=tokens.device).triu(1)
            h = self.token(tokens) + self.position.weight[position:position + length]
            for i, block in enumerate(self.blocks):
                h = block(h, mask, None if caches is None else caches[i], position)
            return self.norm(h) @ self.token.weight.T

    return Unet, Gpt


class Torch:
    def __init__(self, options):
        import torch
        self.torch = torch
        self.device = "cuda" if options.cuda else "cpu"
        torch.set_num_threads(options.threads)
        torch.manual_seed(1)
        torch.backends.cuda.matmul.allow_tf32 = False
        torch.backends.cudnn.allow_tf32 = False
        self.Unet, self.Gpt = make_nets(torch)
        self.vocabulary = options.vocabulary

    def synchronize(self):
        if self.device == "cuda":
            self.torch.cuda.synchronize()

    def normal(self, *shape):
        return self.torch.randn(*shape, device=self.device)

    def gemm(self, size, form):
        a, b = self.normal(size, size), self.normal(size, size)
        a, b = (a.T if form[0] == "t" else a), (b.T if form[1] == "t" else b)
        return lambda: self.torch.mm(a, b)

    def conv(self, side, channels, part):
        torch = self.torch
        x = self.normal(8, channels, side, side)
        weight = self.normal(channels, channels, 3, 3)
        grad = self.normal(8, channels, side, side)
        if part == "forward":
            return torch.no_grad()(lambda: torch.nn.functional.conv2d(x, weight, padding=1))
        mask = [part == "grad_input", part == "grad_weight", False]
        return lambda: torch.ops.aten.convolution_backward(grad, x, weight, None, [1, 1], [1, 1], [1, 1], False, [0, 0],
                                                           1, mask)

    def attention(self, part):
        torch = self.torch
        q, k, v = (self.normal(4, 1024, 64) for _ in range(3))

        def forward():
            return torch.bmm(torch.softmax(torch.bmm(q, k.transpose(1, 2)) / 8.0, -1), v)
        if part == "forward":
            return torch.no_grad()(forward)
        for tensor in (q, k, v):
            tensor.requires_grad_(True)
        out, grad = forward(), self.normal(4, 1024, 64)
        return lambda: torch.autograd.grad(out, (q, k, v), grad, retain_graph=True)

    def unet_forward(self, batch):
        torch = self.torch
        net = self.Unet().to(self.device).eval()
        x, moment = self.normal(batch, 48, 16, 16), torch.full((batch,), 0.5, device=self.device)
        classes = [torch.ones(batch, dtype=torch.long, device=self.device)] * 2
        return torch.no_grad()(lambda: net(x, moment, classes))

    def optimizer(self, net):
        average = [p.detach().clone() for p in net.parameters()]
        optimizer = self.torch.optim.AdamW(net.parameters(), lr=1e-3, weight_decay=0.01, foreach=True)

        def step(loss):
            torch = self.torch
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(net.parameters(), 1.0)
            optimizer.step()
            with torch.no_grad():
                torch._foreach_mul_(average, 0.999)
                torch._foreach_add_(average, [p.detach() for p in net.parameters()], alpha=0.001)
            return loss.item()
        return step

    def diffusion_train(self, batch):
        torch = self.torch
        net = self.Unet().to(self.device)
        step = self.optimizer(net)
        pixels = self.normal(batch, 3, 64, 64)
        classes = [torch.ones(batch, dtype=torch.long, device=self.device)] * 2

        def run():
            x0 = torch.nn.functional.pixel_unshuffle(pixels, 4)
            noise = torch.randn_like(x0)
            moment = torch.sigmoid(torch.randn(batch, device=self.device) + 0.6)
            angle = (moment * (math.pi / 2))[:, None, None, None]
            alpha, sigma = angle.cos(), angle.sin()
            predicted = net(alpha * x0 + sigma * noise, moment, classes)
            step(torch.nn.functional.mse_loss(predicted, alpha * noise - sigma * x0))
        return run

    def gpt_train(self, batch, length=160):
        torch = self.torch
        net = self.Gpt(self.vocabulary).to(self.device)
        step = self.optimizer(net)
        tokens = torch.randint(0, self.vocabulary, (batch, length + 1), device=self.device)

        def run():
            logits = net(tokens[:, :-1])
            step(torch.nn.functional.cross_entropy(logits.reshape(-1, self.vocabulary), tokens[:, 1:].reshape(-1)))
        return run

    def gpt_decode(self, tokens=96):
        torch = self.torch
        net = self.Gpt(self.vocabulary).to(self.device).eval()
        caches = [tuple(torch.zeros(1, net.context, net.channels, device=self.device) for _ in range(2))
                  for _ in net.blocks]

        def run():
            token = torch.ones(1, 1, dtype=torch.long, device=self.device)
            for position in range(tokens):
                probabilities = torch.softmax(net(token, caches, position)[:, -1], -1)
                token = torch.multinomial(probabilities, 1)
                token.item()  # a person reads it
        return torch.no_grad()(run), tokens


def other_side(name, torch_side, blas, options):
    """Seconds that the other side takes for the measurement `name`, or None."""
    part = name.split("_")
    divisor = 1
    if part[0] == "gemm":
        work = torch_side.gemm(int(part[1]), part[2]) if options.cuda else blas.work(int(part[1]), part[2])
    elif part[0] == "conv":
        side, _, channels = part[1].split("x")
        work = torch_side.conv(int(side), int(channels), "_".join(part[2:]))
    elif part[0] == "attention":
        work = torch_side.attention(part[1])
    elif part[0] == "unet":
        work = torch_side.unet_forward(int(part[2][1:]))
    elif name == "gpt_decode":
        work, divisor = torch_side.gpt_decode()
    elif part[0] == "diffusion":
        work = torch_side.diffusion_train(int(part[2][1:]))
    else:
        work = torch_side.gpt_train(int(part[2][1:]))
    return best_seconds(work, options.repeat, torch_side.synchronize) / divisor


# ---------------------------------------------------------------- the table

def speed(name, seconds, row):
    if row.get("rate_unit"):
        return f"{row['rate'] * row['best_ms'] / 1000 / seconds:.0f} {row['rate_unit']}"
    return f"{row['gflops'] * row['best_ms'] * 1e-3 / seconds:.1f} GFLOP/s"


def print_table(results):
    print("| measurement | figment, ms | figment | beside, ms | beside | ratio | at least | |")
    print("|---|---:|---:|---:|---|---:|---:|---|")
    for name, (row, own, other) in results.items():
        least, beside = MINIMA[name]
        ratio = other / own
        print(f"| {name} | {1000 * own:.3f} | {speed(name, own, row)} | {1000 * other:.3f} | "
              f"{beside}, {speed(name, other, row)} | {ratio:.2f} | {least:.2f} | {'yes' if ratio >= least else 'NO'} |")


def start_times(options):
    """Frame times and the first window frame, with empty caches (cold) and with full ones (warm)."""
    prefix = ()
    if not os.environ.get("DISPLAY") and not os.environ.get("WAYLAND_DISPLAY"):
        xvfb = subprocess.run(["which", "xvfb-run"], stdout=subprocess.DEVNULL).returncode == 0
        if not xvfb:
            print("no display and no xvfb-run: the window is not measured", file=sys.stderr)
            return
        prefix = ("xvfb-run", "-a", "-s", "-screen 0 1280x720x24")
    with tempfile.TemporaryDirectory() as cache:
        environment = dict(os.environ, XDG_CACHE_HOME=cache, MESA_SHADER_CACHE_DIR=os.path.join(cache, "mesa"))
        rows = [run_bench(options, "window", environment, prefix) for _ in range(2)]
    print("\n| window | first frame, s | first picture, s | frame p50, ms | p95, ms | p99, ms |")
    print("|---|---:|---:|---:|---:|---:|")
    for start, found in zip(("cold", "warm"), rows):
        row = found.get("window", {})
        if "first_frame_ms" not in row:
            print(f"| {start} | not measured: {row.get('note', 'see above')} | | | | |")
            continue
        print(f"| {start} | {row['first_frame_ms'] / 1000:.2f} | {row['first_view_ms'] / 1000:.2f} | "
              f"{row['p50_ms']:.1f} | {row['p95_ms']:.1f} | {row['p99_ms']:.1f} |")
    headless = rows[1].get("window_headless", {})
    if "p95_ms" in headless:
        limit = 1.25 * headless["budget_ms"]
        print(f"\nFrame loop without a window: p50 {headless['p50_ms']:.1f}, p95 {headless['p95_ms']:.1f}, "
              f"p99 {headless['p99_ms']:.1f} ms; p95 should stay under {limit:.1f} ms.")


def main():
    options = parse_arguments()
    options.device_name = ""
    if not os.path.isfile(options.figment):
        sys.exit(f"{options.figment} does not exist; build figment first, or name it with --figment")
    os.environ["OMP_NUM_THREADS"] = os.environ["OPENBLAS_NUM_THREADS"] = str(options.threads)
    try:
        import torch  # noqa: F401
    except ImportError:
        system_python = "/usr/bin/python3"  # another Python may come first in the path
        if os.path.realpath(sys.executable) != os.path.realpath(system_python) and os.path.exists(system_python):
            os.execv(system_python, [system_python, *sys.argv])
        sys.exit("PyTorch is missing; apt install python3-torch python3-numpy libopenblas0")
    options.vocabulary = int(run_bench(options, "gpt_decode").get("gpt_decode", {}).get("vocabulary", 1500))
    torch_side = Torch(options)
    blas = None if options.cuda else OpenBlas(options.threads)

    names = [name for name in MINIMA if options.filter in name]
    results = {}
    for turn in range(options.rounds):
        for name in names:
            print(f"round {turn + 1} of {options.rounds}: {name}      ", end="\r", file=sys.stderr, flush=True)
            row = run_bench(options, name).get(name)
            if row is None or row["best_ms"] <= 0:
                continue
            other = other_side(name, torch_side, blas, options)
            before = results.get(name, (row, math.inf, math.inf))
            results[name] = (row, min(before[1], row["best_ms"] / 1000), min(before[2], other))
    print(" " * 60, end="\r", file=sys.stderr)
    print(f"figment on {options.device_name}; torch {torch_side.torch.__version__} on {torch_side.device}, "
          f"{options.threads} threads; best of {options.rounds} interleaved rounds.\n")
    print_table(results)
    if options.window:
        start_times(options)
    if options.json:
        table = {name: {"figment_ms": 1000 * own, "beside_ms": 1000 * other, "ratio": other / own,
                        "at_least": MINIMA[name][0]} for name, (_, own, other) in results.items()}
        with open(options.json, "w") as file:
            json.dump(table, file, indent=2)


if __name__ == "__main__":
    main()
