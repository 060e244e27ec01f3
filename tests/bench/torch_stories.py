"""The nets that read stories in PyTorch, with figment's sizes and losses (src/training/chat_task.cpp,
summarizer_task.cpp)."""
import math

import torch
from torch import nn
from torch.nn import functional
from torch_nets import Family, Gpt, Neighbours

VOCABULARY, CONTEXT, ROW, PLACE = 1369, 384, 320, 150
STORY, LINE = 192, 32


class Chat(Family):
    def __init__(self):
        super().__init__()
        self.net = Gpt(VOCABULARY, CONTEXT, reach=4)

    def generate(self, batch):
        caches = [tuple(torch.zeros(batch, CONTEXT, self.net.channels, device=self.device()) for _ in range(2))
                  for _ in range(len(self.net.blocks) + 1)]
        token = self.zeros(batch, 1)
        return lambda: torch.softmax(self.net(token, caches, PLACE)[:, -1], -1).topk(6)[1][0, 0].item()

    def losses(self, batch):
        tokens, weights = self.zeros(batch, ROW), self.uniform(batch * ROW)

        def loss():
            losses = functional.cross_entropy(self.net(tokens).flatten(0, 1), tokens.flatten(), reduction="none")
            return (losses * weights).sum() / weights.sum()
        return lambda: [(loss(), "")]


class Attention(nn.Module):
    def __init__(self, channels, heads):
        super().__init__()
        self.heads = heads
        self.query, self.key, self.value, self.output = (nn.Linear(channels, channels) for _ in range(4))

    def forward(self, x, keys, values, mask=None):
        def split(y):
            return y.view(y.shape[0], y.shape[1], self.heads, -1).transpose(1, 2)
        q, k, v = split(self.query(x)), split(keys), split(values)
        scores = q @ k.transpose(2, 3) / math.sqrt(q.shape[-1])
        if mask is not None:
            scores = scores + mask
        return self.output((torch.softmax(scores, -1) @ v).transpose(1, 2).flatten(2))


class Block(nn.Module):
    def __init__(self, channels=128, heads=4, has_cross=False):
        super().__init__()
        self.norm1, self.norm2, self.self = nn.LayerNorm(channels), nn.LayerNorm(channels), Attention(channels, heads)
        self.expand, self.contract = nn.Linear(channels, 4 * channels), nn.Linear(4 * channels, channels)
        if has_cross:
            self.cross_norm, self.cross = nn.LayerNorm(channels), Attention(channels, heads)

    def forward(self, h, mask=None, memory=None, cache=None, position=0):
        x = self.norm1(h)
        keys, values = self.self.key(x), self.self.value(x)
        if cache is not None:
            end = position + h.shape[1]
            cache[0][:, position:end], cache[1][:, position:end] = keys, values
            keys, values = cache[0][:, :end], cache[1][:, :end]
        h = h + self.self(x, keys, values, mask)
        if memory is not None:
            h = h + self.cross(self.cross_norm(h), *memory)
        return h + self.contract(functional.gelu(self.expand(self.norm2(h)), approximate="tanh"))


class Summarizer(Family):
    vocabulary, source, target, reach = VOCABULARY, STORY, LINE, 0

    def __init__(self, channels=128, layers=2):
        super().__init__()
        self.channels = channels
        self.token = nn.Embedding(self.vocabulary, channels)
        self.place, self.line_place = nn.Embedding(self.source, channels), nn.Embedding(self.target, channels)
        self.encoder = nn.ModuleList(Block(channels) for _ in range(layers))
        self.decoder = nn.ModuleList(Block(channels, has_cross=True) for _ in range(layers))
        self.norm1, self.norm2 = nn.LayerNorm(channels), nn.LayerNorm(channels)
        self.neighbours = Neighbours(self.reach, self.reach, channels) if self.reach > 0 else None

    def read(self, story):
        h = self.token(story)
        if self.neighbours is not None:
            h = h + self.neighbours(h)
        h = h + self.place.weight
        mask = torch.where(story > -1, 0.0, -1e9)[:, None, None, :]  # padding is hidden
        for block in self.encoder:
            h = block(h, mask)
        h = self.norm1(h)
        return [(block.cross.key(h), block.cross.value(h), mask) for block in self.decoder]

    def generate(self, batch):
        story = self.zeros(batch, self.source)

        def line():
            memory = self.read(story)
            caches = [tuple(torch.zeros(batch, self.target, self.channels, device=self.device()) for _ in range(2))
                      for _ in self.decoder]
            token = self.zeros(batch, 1)
            for place in range(self.target):
                h = self.token(token) + self.line_place.weight[place:place + 1]
                for block, seen, cache in zip(self.decoder, memory, caches):
                    h = block(h, memory=seen, cache=cache, position=place)
                token = (self.norm2(h) @ self.token.weight.T).argmax(-1)
                token.tolist()  # a person reads it
        return line

    def losses(self, batch):
        story, line = self.zeros(batch, self.source), self.zeros(batch, self.target)
        causal = torch.full((self.target, self.target), -math.inf, device=self.device()).triu(1)

        def loss():
            h = self.token(line) + self.line_place.weight
            for block, seen in zip(self.decoder, self.read(story)):
                h = block(h, causal, seen)
            return functional.cross_entropy((self.norm2(h) @ self.token.weight.T).flatten(0, 1), line.flatten())
        return lambda: [(loss(), "")]
