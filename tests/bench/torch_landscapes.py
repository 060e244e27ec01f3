"""The nets of the families of landscapes and captions in PyTorch, with figment's sizes and losses."""
import math

import torch
from torch import nn
from torch.nn import functional
from torch_nets import Attention, Block, Family, Residual, Unet, conv3, enlarge


class FlowMatching(Family):
    def __init__(self):
        super().__init__()
        self.net = Unet()

    def forward(self, x, angle, classes):
        radians = (angle * (math.pi / 2))[:, None, None, None]
        cos, sin = radians.cos(), radians.sin()
        scaled = (sin + cos) * x
        return (sin - cos) * scaled + (sin + cos) * self.net(scaled, angle, classes)

    def generate(self, batch):
        x, angle, classes = self.normal(batch, 48, 16, 16), self.normal(batch), [self.zeros(batch)] * 2
        return lambda: self(x, angle, classes)

    def losses(self, batch):
        noise, picture = self.normal(batch, 48, 16, 16), self.normal(batch, 48, 16, 16)
        angle, classes = self.uniform(batch), [self.zeros(batch)] * 2

        def objective():
            radians = (angle * (math.pi / 2))[:, None, None, None]
            time = radians.sin() / (radians.sin() + radians.cos())
            error = self(picture + time * (noise - picture), angle, classes) - (noise - picture)
            return [(((error ** 2).mean((1, 2, 3)) + 0.0009).sqrt().mean(), "")]
        return objective


class CaptionReader(nn.Module):
    def __init__(self, vocabulary, words, channels, layers, heads):
        super().__init__()
        self.word, self.position = nn.Embedding(vocabulary, channels), nn.Embedding(words, channels)
        self.rest = nn.Parameter(torch.randn(2, channels))
        self.blocks = nn.ModuleList(Block(channels, heads) for _ in range(layers))
        self.norm = nn.LayerNorm(channels)

    def forward(self, words):
        seen = (words > 0).float()
        h = self.word(words) + self.position.weight
        for block in self.blocks:
            h = block(h, (seen - 1)[:, None, None] * 1e4)
        h = self.norm(h)
        keys = torch.cat([self.rest.expand(len(h), -1, -1), h], 1)
        mask = torch.cat([torch.ones_like(seen[:, :2]), seen], 1)
        return keys, mask, (h * seen[..., None]).sum(1) / seen.sum(1, keepdim=True).clamp(min=1)


class WordAttention(nn.Module):
    def __init__(self, channels, text, heads):
        super().__init__()
        self.heads, self.norm = heads, nn.GroupNorm(8, channels)
        self.query, self.gate, self.output = (nn.Linear(channels, channels) for _ in range(3))
        self.key, self.value = nn.Linear(text, channels), nn.Linear(text, channels)

    def forward(self, x, text):
        keys, mask, _ = text
        batch, channels = x.shape[:2]
        h = self.norm(x).flatten(2).transpose(1, 2)

        def split(y):
            return y.view(batch, -1, self.heads, channels // self.heads).transpose(1, 2)
        q, k, v = split(self.query(h)), split(self.key(keys)), split(self.value(keys))
        scores = q @ k.transpose(2, 3) / math.sqrt(channels // self.heads) + (mask - 1)[:, None, None] * 1e4
        answer = (torch.softmax(scores, -1) @ v).transpose(1, 2).reshape(batch, -1, channels)
        return x + self.output(answer * functional.silu(self.gate(h))).transpose(1, 2).reshape(x.shape)


class LatentDiffusion(Family):
    def __init__(self, c=64, e=128, heads=4, vocabulary=300, words=14, text=128, layers=2):
        super().__init__()
        self.words = words
        self.reader = CaptionReader(vocabulary, words, text, layers, 4)
        self.time1, self.time2 = nn.Linear(64, e), nn.Linear(e, e)
        self.summary, self.sketch1 = nn.Linear(text, e), nn.Linear(text, 256)
        self.sketch2 = nn.Linear(256, 16 * 16 * 16)
        self.sketch3 = nn.Conv2d(16, c, 1)
        self.door, self.places = conv3(4, c), nn.Parameter(torch.randn(1, c, 16, 16))
        self.down1, self.down2, self.down3 = Residual(c, c, e), Residual(2 * c, 2 * c, e), Residual(2 * c, 2 * c, e)
        self.reduce1, self.reduce2 = conv3(c, 2 * c, 2), conv3(2 * c, 3 * c, 2)
        self.down_words, self.middle_words = WordAttention(2 * c, text, heads), WordAttention(3 * c, text, heads)
        self.up_words, self.fine_words = WordAttention(2 * c, text, heads), WordAttention(c, text, heads)
        self.middle_attention, self.up_attention = Attention(3 * c, heads), Attention(2 * c, heads)
        self.middle1, self.middle2 = Residual(3 * c, 3 * c, e), Residual(3 * c, 3 * c, e)
        self.enlarge1, self.enlarge2 = nn.Conv2d(3 * c, 2 * c, 1), nn.Conv2d(2 * c, c, 1)
        self.up1, self.up2 = Residual(4 * c, 2 * c, e), Residual(2 * c, 2 * c, e)
        self.up3, self.up4 = Residual(c, c, e), Residual(c, c, e)
        self.norm, self.exit = nn.GroupNorm(8, c), conv3(c, 4)
        self.straight_in, self.straight_out = conv3(4, 32), nn.Conv2d(32, 4, 1)
        self.straight_gain = nn.Linear(e, 32)
        self.register_buffer("frequencies", 1000 * 1000 ** -(torch.arange(32) / 31.0))

    def forward(self, x, time, words):
        text = self.reader(words)
        angles = time[:, None] * self.frequencies
        e = self.time2(functional.silu(self.time1(torch.cat([angles.sin(), angles.cos()], -1))))
        e = functional.silu(e + self.summary(text[2]))
        sketch = self.sketch2(functional.silu(self.sketch1(text[2]))).view(-1, 16, 16, 16)
        fine = self.down1(self.door(x) + self.places + self.sketch3(sketch), e)
        h = self.down_words(self.down2(self.reduce1(fine), e), text)
        coarse = self.down3(h, e)
        h = self.middle_attention(self.middle1(self.reduce2(coarse), e))
        h = self.middle2(self.middle_words(h, text), e)
        h = self.up_attention(self.up1(torch.cat([enlarge(self.enlarge1(h)), coarse], 1), e))
        h = self.up2(self.up_words(h, text), e)
        h = self.up3(enlarge(self.enlarge2(h)) + fine, e)
        h = self.up4(self.fine_words(h, text), e)
        straight = self.straight_out(self.straight_in(x) * self.straight_gain(e)[:, :, None, None])
        return self.exit(functional.silu(self.norm(h))) + straight

    def generate(self, batch):
        x, time, words = self.normal(batch, 4, 16, 16), self.uniform(batch), self.zeros(batch, self.words)
        return lambda: self(x, time, words)

    def losses(self, batch):
        predict, target = self.generate(batch), self.normal(batch, 4, 16, 16)
        return lambda: [(functional.mse_loss(predict(), target), "")]


class CoderBlock(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.norm1, self.norm2 = nn.GroupNorm(8, c), nn.GroupNorm(8, c)
        self.conv1, self.conv2 = conv3(c, c), conv3(c, c)

    def forward(self, x):
        h = self.conv1(functional.silu(self.norm1(x)))
        return x + self.conv2(functional.silu(self.norm2(h)))


class LatentCoder(Family):
    def __init__(self, c=64, code=4):
        super().__init__()
        self.look, self.look_block, self.look_norm = conv3(48, c), CoderBlock(c), nn.GroupNorm(8, c)
        self.code, self.straight_code = nn.Conv2d(c, code, 1), nn.Conv2d(48, code, 1)
        self.paint, self.paint1, self.paint2 = conv3(code, c), CoderBlock(c), CoderBlock(c)
        self.enlarge, self.fine, self.fine_norm = conv3(c, 2 * c), CoderBlock(c // 2), nn.GroupNorm(8, c // 2)
        self.pixels, self.straight_pixels = conv3(c // 2, 12), conv3(code, 48)

    def generate(self, batch):
        code = self.normal(batch, 4, 16, 16)

        def run():
            h = self.paint2(self.paint1(self.paint(code)))
            h = self.fine(functional.pixel_shuffle(self.enlarge(h), 2))
            fine = functional.pixel_shuffle(self.pixels(functional.silu(self.fine_norm(h))), 2)
            return fine + functional.pixel_shuffle(self.straight_pixels(code), 4)
        return run


class SketchLayer(nn.Module):
    def __init__(self, inputs, outputs, stride=1):
        super().__init__()
        self.conv, self.norm = conv3(inputs, outputs, stride), nn.GroupNorm(8, outputs)
        self.scale, self.shift = nn.Linear(64, outputs), nn.Linear(64, outputs)

    def forward(self, x, labels):
        h = self.norm(self.conv(x)) * (self.scale(labels) + 1)[:, :, None, None]
        return functional.silu(h + self.shift(labels)[:, :, None, None])


class SketchGenerator(nn.Module):
    def __init__(self, c=32):
        super().__init__()
        self.labels = nn.ModuleList([nn.Embedding(5, 64), nn.Embedding(7, 64)])
        self.door, self.down1 = SketchLayer(6, c), SketchLayer(c, c)
        self.reduce2, self.down2 = SketchLayer(c, 2 * c, 2), SketchLayer(2 * c, 2 * c)
        self.reduce3, self.down3 = SketchLayer(2 * c, 4 * c, 2), SketchLayer(4 * c, 4 * c)
        self.reduce4, self.middle = SketchLayer(4 * c, 4 * c, 2), SketchLayer(4 * c, 4 * c)
        self.mix = Attention(4 * c, 4)
        self.up3, self.up2, self.up1 = SketchLayer(8 * c, 4 * c), SketchLayer(4 * c, 2 * c), SketchLayer(2 * c, c)
        self.enlarge2, self.enlarge1 = nn.Conv2d(4 * c, 2 * c, 1), nn.Conv2d(2 * c, c, 1)
        self.fine, self.ink, self.detail, self.exit = conv3(c, 64), conv3(1, 16), conv3(16, 16), conv3(16, 3)
        line = (2 * torch.arange(32) + 1) / 32 - 1
        self.register_buffer("places", torch.stack([line.expand(32, 32), line[:, None].expand(32, 32)])[None])

    def forward(self, lines, labels):
        said = sum(table(ids) for table, ids in zip(self.labels, labels))
        x = torch.cat([functional.pixel_unshuffle(lines, 2), self.places.expand(len(lines), -1, -1, -1)], 1)
        half = self.down1(self.door(x, said), said)
        quarter = self.down2(self.reduce2(half, said), said)
        eighth = self.mix(self.down3(self.reduce3(quarter, said), said))
        h = self.middle(self.reduce4(eighth, said), said)
        h = self.up3(torch.cat([enlarge(h), eighth], 1), said)
        h = self.up2(torch.cat([enlarge(self.enlarge2(h)), quarter], 1), said)
        h = self.up1(torch.cat([enlarge(self.enlarge1(h)), half], 1), said)
        h = functional.silu(functional.pixel_shuffle(self.fine(h), 2) + self.ink(lines))
        return torch.tanh(self.exit(functional.silu(self.detail(h))))


class SketchDiscriminator(nn.Module):
    def __init__(self, c=32):
        super().__init__()
        self.labels = nn.ModuleList([nn.Embedding(5, 4 * c), nn.Embedding(7, 4 * c)])
        self.conv1, self.conv2, self.conv3 = conv3(16, c), conv3(c, 2 * c, 2), conv3(2 * c, 4 * c, 2)
        self.score = nn.Conv2d(4 * c, 1, 1)

    def forward(self, pictures, lines, labels):
        h = functional.pixel_unshuffle(torch.cat([pictures, lines], 1), 2)
        for conv in (self.conv1, self.conv2, self.conv3):
            h = functional.leaky_relu(conv(h), 0.2)
        said = sum(table(ids) for table, ids in zip(self.labels, labels))
        return self.score(h).flatten(1) + (h.flatten(2) * said[:, :, None]).sum(1)


class Sketch(Family):
    def __init__(self):
        super().__init__()
        self.generator, self.discriminator = SketchGenerator(), SketchDiscriminator()

    def generate(self, batch):
        lines, labels = self.normal(batch, 1, 64, 64), [self.zeros(batch)] * 2
        return lambda: self.generator(lines, labels)

    def losses(self, batch):
        real, lines, labels = self.normal(batch, 3, 64, 64), self.normal(batch, 1, 64, 64), [self.zeros(batch)] * 2
        both_lines, both_labels = torch.cat([lines, lines]), [torch.cat([ids, ids]) for ids in labels]

        def objective():
            made = self.generator(lines, labels)
            pixel_error = functional.l1_loss(made, real)
            for scale in (4, 16):
                pixel_error = pixel_error + functional.l1_loss(functional.avg_pool2d(made, scale),
                                                               functional.avg_pool2d(real, scale))
            detail = sum(functional.l1_loss(made.diff(dim=axis), real.diff(dim=axis)) for axis in (2, 3))
            pictures = torch.cat([real, made])
            scores = self.discriminator(pictures, both_lines, both_labels)
            lead = scores[:batch] - scores[batch:]
            nudged = self.discriminator(pictures + 0.1 * torch.randn_like(pictures), both_lines, both_labels)
            steepness = 2 * (((nudged - scores) / 0.1) ** 2).mean()
            return [(10 * pixel_error + 10 * detail + 0.5 * functional.softplus(lead).mean(), "generator."),
                    (functional.softplus(-lead).mean() + 0.5 * steepness, "discriminator.")]
        return objective
