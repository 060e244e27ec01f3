"""The nets of the families of creatures in PyTorch, with figment's sizes and losses."""
import math

import torch
from torch import nn
from torch.nn import functional
from torch_nets import Family, conv3, enlarge

COLORS = 16


def logistic(scores, target):
    return functional.binary_cross_entropy_with_logits(scores, torch.full_like(scores, target))


class GanGenerator(nn.Module):
    def __init__(self):
        super().__init__()
        self.input, self.colors = nn.Linear(32, 16 * 128), nn.Linear(32, 3 * COLORS)
        self.norm0, self.norm1, self.norm2 = nn.GroupNorm(8, 128), nn.GroupNorm(8, 64), nn.GroupNorm(8, 32)
        self.conv1, self.conv2, self.out = conv3(128, 64), conv3(64, 32), conv3(32, COLORS)

    def forward(self, noise):
        h = functional.silu(self.norm0(self.input(noise).view(-1, 128, 4, 4)))
        h = functional.silu(self.norm1(self.conv1(enlarge(h))))
        h = functional.silu(self.norm2(self.conv2(enlarge(h))))
        shares = torch.softmax(3 * self.out(h).flatten(2), 1)
        colors = torch.tanh(self.colors(noise)).view(-1, 3, COLORS)
        return enlarge((colors @ shares).view(-1, 3, 16, 16))


class GanDiscriminator(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv0, self.conv1, self.conv2 = conv3(3, 32), conv3(32, 64, 2), conv3(64, 128, 2)
        self.norm1, self.norm2 = nn.GroupNorm(8, 64), nn.GroupNorm(8, 128)
        self.hidden, self.out = nn.Linear(16 * 128, 64), nn.Linear(65, 1)

    def forward(self, x):
        h = functional.leaky_relu(self.conv0(functional.avg_pool2d(x, 2)), 0.2)
        h = functional.leaky_relu(self.norm1(self.conv1(h)), 0.2)
        h = functional.leaky_relu(self.norm2(self.conv2(h)), 0.2)
        h = functional.leaky_relu(self.hidden(h.flatten(1)), 0.2)
        spread = (h.var(0, unbiased=False) + 1e-6).sqrt().mean().expand(len(h), 1)
        return self.out(torch.cat([h, spread], 1))


class Gan(Family):
    def __init__(self):
        super().__init__()
        self.generator, self.discriminator = GanGenerator(), GanDiscriminator()

    def generate(self, batch):
        noise = self.normal(batch, 32)
        return lambda: self.generator(noise)

    def losses(self, batch):
        real = self.normal(batch, 3, 32, 32)

        def seen(pictures):
            return self.discriminator(pictures + 0.1 * torch.randn_like(pictures))

        def objective():
            made = self.generator(self.normal(batch, 32))
            real_scores, made_scores = seen(real), seen(made)
            steepness = ((real_scores - seen(real)) ** 2).mean() + ((made_scores - seen(made)) ** 2).mean()
            return [(logistic(made_scores, 1.0), "generator."),
                    (logistic(real_scores, 0.9) + logistic(made_scores, 0.0) + 40 * steepness, "discriminator.")]
        return objective


class FlowStep(nn.Module):
    def __init__(self, channels, hidden):
        super().__init__()
        self.lower, self.upper = (nn.Parameter(torch.zeros(channels, channels)) for _ in range(2))
        self.log_scale, self.bias = nn.Parameter(torch.zeros(channels)), nn.Parameter(torch.zeros(channels))
        self.into, self.middle = conv3(channels // 2, hidden), nn.Conv2d(hidden, hidden, 1)
        self.out = conv3(hidden, channels)
        self.register_buffer("rotation", torch.linalg.qr(torch.randn(channels, channels))[0])
        self.register_buffer("one", torch.eye(channels))

    def matrix(self):
        upper = self.upper.triu(1) + self.one * self.log_scale.exp()
        return self.rotation @ (self.lower.tril(-1) + self.one) @ upper

    def coupling(self, first):
        raw, shift = self.out(functional.relu(self.middle(functional.relu(self.into(first))))).chunk(2, 1)
        return 2 * torch.tanh(raw / 2), shift


class Flow(Family):
    def __init__(self):
        super().__init__()
        self.fine = nn.ModuleList(FlowStep(12, 64) for _ in range(6))
        self.coarse = nn.ModuleList(FlowStep(24, 96) for _ in range(6))
        self.prior = conv3(6, 12)

    def generate(self, batch):
        noise = self.normal(batch, 3, 16, 16)
        with torch.no_grad():
            inverses = {step: step.matrix().inverse()[:, :, None, None] for level in (self.fine, self.coarse)
                        for step in level}

        def undo(x, steps):
            for step in reversed(steps):
                first, second = x.chunk(2, 1)
                log_scale, shift = step.coupling(first)
                x = torch.cat([first, (second - shift) * (-log_scale).exp()], 1) - step.bias[:, None, None]
                x = functional.conv2d(x, inverses[step])
            return x

        def run():
            kept, left = functional.pixel_unshuffle(noise, 2).chunk(2, 1)
            kept = functional.pixel_shuffle(undo(functional.pixel_unshuffle(kept, 2), self.coarse), 2)
            raw, shift = self.prior(kept).chunk(2, 1)
            x = torch.cat([kept, left * (2 * torch.tanh(raw / 2)).exp() + shift], 1)
            return functional.pixel_shuffle(undo(x, self.fine), 2)
        return run

    def losses(self, batch):
        pixels = self.normal(batch, 3, 16, 16)

        def steps(x, level):
            log_scales, places = 0, x.shape[2] * x.shape[3]
            determinant = 0
            for step in level:
                x = functional.conv2d(x, step.matrix()[:, :, None, None], step.bias)
                determinant = determinant + step.log_scale.sum() * places
                first, second = x.chunk(2, 1)
                log_scale, shift = step.coupling(first)
                x = torch.cat([first, second * log_scale.exp() + shift], 1)
                log_scales = log_scales + log_scale
            return x, determinant + log_scales.sum() / batch

        def objective():
            x = functional.pixel_unshuffle(pixels + torch.rand_like(pixels) / 128, 2)
            x, determinant = steps(x, self.fine)
            kept, leaving = x.chunk(2, 1)
            raw, shift = self.prior(kept).chunk(2, 1)
            log_scale = 2 * torch.tanh(raw / 2)
            left = (leaving - shift) * (-log_scale).exp()
            x, more = steps(functional.pixel_unshuffle(kept, 2), self.coarse)
            density = determinant + more - log_scale.sum() / batch - 0.5 * ((x ** 2).sum() + (left ** 2).sum()) / batch
            return [(-density / (768 * math.log(2)), "")]
        return objective


class PixelCnnLayer(nn.Module):
    def __init__(self, c, condition):
        super().__init__()
        self.vertical = nn.ModuleList(nn.Conv2d(c, c, (2, 3)) for _ in range(2))
        self.horizontal = nn.ModuleList(nn.Conv2d(c, c, (1, 3)) for _ in range(2))
        self.link = nn.ModuleList(nn.Conv2d(c, c, 1, bias=False) for _ in range(2))
        self.label = nn.ModuleList(nn.Linear(condition, c, bias=False) for _ in range(2))
        self.out = nn.Conv2d(c, c, 1)


class PixelCnn(Family):
    def __init__(self, side=16, c=32, layers=5, condition=32):
        super().__init__()
        self.side = side
        self.hue, self.body = nn.Embedding(9, condition), nn.Embedding(6, condition)
        self.first_vertical, self.first_horizontal = nn.Conv2d(COLORS, c, (2, 5)), nn.Conv2d(COLORS, c, (1, 4))
        self.first_link, self.first_mirror = nn.Conv2d(c, c, 1, bias=False), nn.Conv2d(COLORS, c, 1, bias=False)
        self.vertical_place, self.horizontal_place = (nn.Parameter(0.1 * torch.randn(1, c, side, side))
                                                      for _ in range(2))
        self.layers = nn.ModuleList(PixelCnnLayer(c, condition) for _ in range(layers))
        self.head1, self.head2 = nn.Linear(c, 2 * c), nn.Linear(2 * c, COLORS)
        flip = torch.zeros(side, side)
        for x in range(side // 2, side):
            flip[side - 1 - x, x] = 1
        self.register_buffer("flip", flip)

    def above(self, cells, hue, body):
        """cells [B, colours, side, side], one-hot"""
        condition = functional.silu(self.hue(hue) + self.body(body))
        v = self.first_vertical(functional.pad(cells[:, :, :-1], (2, 2, 2, 0))) + self.vertical_place
        every = [v]
        for layer in self.layers:
            padded = functional.pad(v, (1, 1, 1, 0))
            a, b = (conv(padded) + label(condition)[:, :, None, None] for conv, label in
                    zip(layer.vertical, layer.label))
            v = v + torch.tanh(a) * torch.sigmoid(b)
            every.append(v)
        return every

    def along(self, cells, above, places):
        h = self.first_horizontal(functional.pad(cells[..., :-1], (4, 0))) + self.first_link(above[0])
        h = h + self.first_mirror(cells @ self.flip) + places
        for layer, v in zip(self.layers, above[1:]):
            padded = functional.pad(h, (2, 0))
            a, b = (conv(padded) + link(v) for conv, link in zip(layer.horizontal, layer.link))
            h = h + layer.out(torch.tanh(a) * torch.sigmoid(b))
        return h

    def logits(self, features):
        return self.head2(functional.silu(self.head1(functional.silu(features))))

    def one_hot(self, indices):
        return functional.one_hot(indices, COLORS).float().view(len(indices), -1, self.side, COLORS).permute(0, 3, 1, 2)

    def generate(self, batch):
        """One row of cells, as figment measures it."""
        indices, labels = self.zeros(batch, self.side * self.side), self.zeros(batch)
        y = self.side // 2

        def run():
            above = [v[:, :, y:y + 1] for v in self.above(self.one_hot(indices), labels, labels)]
            row = indices[:, y * self.side:(y + 1) * self.side]
            for x in range(self.side):
                h = self.along(self.one_hot(row), above, self.horizontal_place[:, :, y:y + 1])
                chosen = torch.multinomial(torch.softmax(self.logits(h[:, :, 0, x]), 1), 1)
                row[:, x] = chosen[:, 0]
                chosen.tolist()  # a person watches it
        return run

    def losses(self, batch):
        indices, labels = self.zeros(batch, self.side * self.side), self.zeros(batch)

        def objective():
            cells = self.one_hot(indices)
            h = self.along(cells, self.above(cells, labels, labels), self.horizontal_place)
            logits = self.logits(h.flatten(2).transpose(1, 2))
            return [(functional.cross_entropy(logits.reshape(-1, COLORS), indices.reshape(-1)), "")]
        return objective
