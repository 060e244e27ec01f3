"""figment's U-Net and its language model in PyTorch, with the same sizes, for compare_torch.py; and what the nets of the
other families (torch_digits.py, torch_creatures.py, torch_landscapes.py) share.

Each of these is a module with `generate(batch)`, which gives the work of making pictures as a function, and
`losses(batch)`, which gives the objective of a training step on a fixed batch as a function: pairs of a loss and the
prefix of the names of the parameters that it trains.
"""
import math

import torch
from torch import nn
from torch.nn import functional


def conv3(inputs, outputs, stride=1):
    return nn.Conv2d(inputs, outputs, 3, stride, 1)


def enlarge(x):
    return functional.interpolate(x, scale_factor=2.0)


class Family(nn.Module):
    """Noise and labels on the device of the parameters."""

    def device(self):
        return next(self.parameters()).device

    def normal(self, *shape):
        return torch.randn(*shape, device=self.device())

    def uniform(self, *shape):
        return torch.rand(*shape, device=self.device())

    def zeros(self, *shape):
        return torch.zeros(*shape, dtype=torch.long, device=self.device())


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


class Neighbours(nn.Module):
    """src/nn/neighbours.cpp"""

    def __init__(self, before, behind, channels):
        super().__init__()
        self.before, self.behind = before, behind
        self.linear = nn.Linear((before + behind) * channels, channels)

    def forward(self, x):
        padded = functional.pad(x, (0, 0, self.before, self.behind))
        offsets = [i for i in range(self.before + self.behind + 1) if i != self.before]
        return self.linear(torch.cat([padded[:, i:i + x.shape[1]] for i in offsets], 2))


class Gpt(nn.Module):
    """src/models/gpt/gpt.cpp"""

    def __init__(self, vocabulary, context=256, channels=128, layers=4, heads=4, reach=0):
        super().__init__()
        self.neighbours = Neighbours(reach, 0, channels) if reach > 0 else None
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
        h = self.token(tokens)
        if self.neighbours is not None and caches is None:
            h = h + self.neighbours(h)
        elif self.neighbours is not None:  # one more pair than layers: the embeddings
            embedded = caches[-1][0]
            embedded[:, position:position + length] = h
            before = embedded[:, position - self.neighbours.before:position + length]
            h = h + self.neighbours(before)[:, self.neighbours.before:]
        h = h + self.position.weight[position:position + length]
        for i, block in enumerate(self.blocks):
            h = block(h, mask, None if caches is None else caches[i], position)
        return self.norm(h) @ self.token.weight.T
