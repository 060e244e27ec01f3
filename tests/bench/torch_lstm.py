"""The character networks in PyTorch, with figment's sizes and losses (src/models/lstm)."""
import torch
from torch import nn
from torch.nn import functional
from torch_nets import Family

VOCABULARY, STORY_UNITS, NAME_UNITS, STORY_LENGTH, NAME_LENGTH = 96, 256, 128, 128, 32


class CharacterNet(nn.Module):
    """nn.LSTM and its like take vectors: a character is looked up as one."""

    def __init__(self, kind, units):
        super().__init__()
        self.embedding = nn.Embedding(VOCABULARY, units)
        self.layer, self.output = kind(units, units), nn.Linear(units, VOCABULARY)

    def forward(self, tokens, state=None):
        hidden, state = self.layer(self.embedding(tokens), state)
        return self.output(hidden), state


class Lstm(Family):
    counts_differ = True  # torch has two biases a gate, and a product where figment has a table

    def __init__(self):
        super().__init__()
        self.stories = CharacterNet(nn.LSTM, STORY_UNITS)
        self.names_lstm = CharacterNet(nn.LSTM, NAME_UNITS)
        self.names_gru = CharacterNet(nn.GRU, NAME_UNITS)
        self.names_rnn = CharacterNet(nn.RNN, NAME_UNITS)

    def generate(self, batch):
        tokens = self.zeros(1, batch)
        _, state = self.stories(tokens)

        def step():
            nonlocal tokens, state
            logits, state = self.stories(tokens, state)
            tokens = torch.multinomial(torch.softmax(logits[0], -1), 1).T
            return tokens[0, 0].item()
        return step

    def prefill(self, batch):
        tokens = self.zeros(STORY_LENGTH, batch)
        return lambda: self.stories(tokens)[0][-1, 0, 0].item()

    def losses(self, batch):
        stories, names = self.zeros(STORY_LENGTH, batch), self.zeros(NAME_LENGTH, max(1, batch // 2))

        def loss(net, tokens):
            return functional.cross_entropy(net(tokens)[0].flatten(0, 1), tokens.flatten())
        return lambda: [(loss(getattr(self, name), stories if name == "stories" else names), name + ".")
                        for name in ("stories", "names_lstm", "names_gru", "names_rnn")]
