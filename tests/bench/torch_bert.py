"""The net that fills in blanks in PyTorch, with figment's sizes and loss (src/models/bert, src/training/bert_task.cpp)."""
import torch
from torch import nn
from torch.nn import functional
from torch_nets import Family, Neighbours
from torch_stories import Block

VOCABULARY, LENGTH, CHANNELS, LAYERS = 1168, 160, 128, 4


class Bert(Family):
    def __init__(self):
        super().__init__()
        self.token, self.position = nn.Embedding(VOCABULARY, CHANNELS), nn.Embedding(LENGTH, CHANNELS)
        self.neighbours = Neighbours(2, 2, CHANNELS)
        self.blocks = nn.ModuleList(Block(CHANNELS) for _ in range(LAYERS))
        self.norm, self.transform = nn.LayerNorm(CHANNELS), nn.Linear(CHANNELS, CHANNELS)
        self.transform_norm = nn.LayerNorm(CHANNELS)

    def features(self, tokens, mask):
        h = self.token(tokens)
        h = h + self.neighbours(h) + self.position.weight[:tokens.shape[1]]
        for block in self.blocks:
            h = block(h, mask)
        return self.norm(h).flatten(0, 1)

    def logits(self, features):
        x = self.transform_norm(functional.gelu(self.transform(features), approximate="tanh"))
        return x @ self.token.weight.T

    def batch(self, batch):
        return self.zeros(batch, LENGTH), torch.zeros(batch, 1, 1, LENGTH, device=self.device())

    def prefill(self, batch):
        tokens, mask = self.batch(batch)
        return lambda: self.logits(self.features(tokens, mask))[-1, 0].item()

    def losses(self, batch):
        tokens, mask = self.batch(batch)
        places = torch.arange(batch * LENGTH * 2 // 5, device=self.device())
        targets, weights = self.zeros(len(places)), self.uniform(len(places))

        def loss():
            logits = self.logits(self.features(tokens, mask)[places])
            return (functional.cross_entropy(logits, targets, reduction="none") * weights).mean()
        return lambda: [(loss(), "")]
