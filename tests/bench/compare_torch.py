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
    "gpt_decode": (1.0, "torch"), "gpt_decode_b16": (1.0, "torch"),
    "gpt_prefill_b1": (0.3, "torch"), "gpt_prefill_b16": (0.3, "torch"),
    "diffusion_train_b32": (0.2, "torch"), "gpt_train_b16": (0.2, "torch"),
}
for family, batch, train_batch in (("autoencoder", 32, 32), ("vae", 32, 32), ("cgan", 32, 32), ("gan", 32, 32),
                                   ("flow", 16, 32), ("pixelcnn", 8, 16), ("flow_matching", 4, 16),
                                   ("latent_diffusion", 4, 16), ("latent_coder", 4, None), ("sketch", 1, 16)):
    MINIMA[f"{family}_generate_b{batch}"] = (0.25, "torch")
    if train_batch:
        MINIMA[f"{family}_train_b{train_batch}"] = (0.25, "torch")
MINIMA.update({"chat_generate_b1": (1.0, "torch"), "chat_train_b4": (0.2, "torch"),
               "summarizer_generate_b1": (1.0, "torch"), "summarizer_train_b8": (0.2, "torch")})
MINIMA.update({"translator_generate_b1": (1.0, "torch"), "translator_generate_b16": (1.0, "torch"),
               "translator_train_b64": (0.2, "torch")})
MINIMA.update({"lstm_generate_b1": (1.0, "torch"), "lstm_generate_b16": (1.0, "torch"),
               "lstm_prefill_b1": (0.3, "torch"), "lstm_train_b16": (0.2, "torch")})
MINIMA.update({"bert_prefill_b1": (0.3, "torch"), "bert_prefill_b16": (0.3, "torch"), "bert_train_b8": (0.2, "torch")})


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



def other_side(name, torch_side, blas, options):
    """Seconds that the other side takes for the measurement `name`, or None."""
    part = name.split("_")
    divisor, torch_side.parameters = 1, None
    if part[0] == "gemm":
        work = torch_side.gemm(int(part[1]), part[2]) if options.cuda else blas.work(int(part[1]), part[2])
    elif part[0] == "conv":
        side, _, channels = part[1].split("x")
        work = torch_side.conv(int(side), int(channels), "_".join(part[2:]))
    elif part[0] == "attention":
        work = torch_side.attention(part[1])
    elif name.startswith("gpt_decode"):
        work, divisor = torch_side.gpt_decode(int(part[2][1:]) if len(part) > 2 else 1)
    elif name.startswith("gpt_prefill"):
        work = torch_side.gpt_prefill(int(part[2][1:]))
    elif part[-2] == "generate":
        work = torch_side.generate("_".join(part[:-2]), int(part[-1][1:]))
    elif part[-2] == "prefill":
        work = torch_side.prefill("_".join(part[:-2]), int(part[-1][1:]))
    elif part[-2] == "train" and part[0] not in ("diffusion", "gpt"):
        work = torch_side.train("_".join(part[:-2]), int(part[-1][1:]))
    elif part[0] == "unet":
        work = torch_side.unet_forward(int(part[2][1:]))
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
    from torch_side import Torch
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
            if torch_side.parameters not in (None, row.get("parameters")):
                print(f"{name} is left out: torch's net has {torch_side.parameters} parameters, figment's "
                      f"{row['parameters']:.0f}; mend tests/bench", file=sys.stderr)
                continue
            before = results.get(name, (row, math.inf, math.inf))
            results[name] = (row, min(before[1], row["best_ms"] / 1000), min(before[2], other))
    print(" " * 60, end="\r", file=sys.stderr)
    print(f"figment on {options.device_name}; torch {torch_side.version} on {torch_side.device}, "
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
