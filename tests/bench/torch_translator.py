"""The translator in PyTorch, with figment's sizes and losses (src/training/translator_task.cpp)."""
from torch_stories import Summarizer


class Translator(Summarizer):
    vocabulary, source, target, reach = 2903 + 5, 16, 18, 0
