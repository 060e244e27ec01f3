"""PyTorch's side of compare_torch.py: the same work as `figment bench`."""
import math

import torch
from torch_bert import Bert
from torch_creatures import Flow, Gan, PixelCnn
from torch_digits import Autoencoder, Cgan, Vae
from torch_landscapes import FlowMatching, LatentCoder, LatentDiffusion, Sketch
from torch_lstm import Lstm
from torch_nets import Gpt, Unet
from torch_stories import Chat, Summarizer
from torch_translator import Translator

FAMILIES = {"autoencoder": Autoencoder, "vae": Vae, "cgan": Cgan, "gan": Gan, "flow": Flow, "pixelcnn": PixelCnn,
            "flow_matching": FlowMatching, "latent_diffusion": LatentDiffusion, "latent_coder": LatentCoder,
            "sketch": Sketch, "lstm": Lstm, "bert": Bert, "chat": Chat, "summarizer": Summarizer,
            "translator": Translator}


class Torch:
    """Each method gives the work of one measurement as a function without arguments."""

    def __init__(self, options):
        self.device = "cuda" if options.cuda else "cpu"
        torch.set_num_threads(options.threads)
        torch.manual_seed(1)
        torch.backends.cuda.matmul.allow_tf32 = False
        torch.backends.cudnn.allow_tf32 = False
        self.vocabulary, self.version = options.vocabulary, torch.__version__
        self.parameters = None  # of the latest family

    def synchronize(self):
        if self.device == "cuda":
            torch.cuda.synchronize()

    def normal(self, *shape):
        return torch.randn(*shape, device=self.device)

    def gemm(self, size, form):
        a, b = self.normal(size, size), self.normal(size, size)
        a, b = (a.T if form[0] == "t" else a), (b.T if form[1] == "t" else b)
        return lambda: torch.mm(a, b)

    def conv(self, side, channels, part):
        x = self.normal(8, channels, side, side)
        weight = self.normal(channels, channels, 3, 3)
        grad = self.normal(8, channels, side, side)
        if part == "forward":
            return torch.no_grad()(lambda: torch.nn.functional.conv2d(x, weight, padding=1))
        mask = [part == "grad_input", part == "grad_weight", False]
        return lambda: torch.ops.aten.convolution_backward(grad, x, weight, None, [1, 1], [1, 1], [1, 1], False, [0, 0],
                                                           1, mask)

    def attention(self, part):
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
        net = Unet().to(self.device).eval()
        x, moment = self.normal(batch, 48, 16, 16), torch.full((batch,), 0.5, device=self.device)
        classes = [torch.ones(batch, dtype=torch.long, device=self.device)] * 2
        return torch.no_grad()(lambda: net(x, moment, classes))

    def optimizer(self, net):
        """A training step as figment's: clipping, AdamW, a moving average; losses are pairs with a prefix of names."""
        average = [p.detach().clone() for p in net.parameters()]
        optimizer = torch.optim.AdamW(net.parameters(), lr=1e-3, weight_decay=0.01, foreach=True)

        def step(losses):
            optimizer.zero_grad(set_to_none=True)
            for i, (loss, prefix) in enumerate(losses):
                trained = [p for name, p in net.named_parameters() if name.startswith(prefix)]
                gradients = torch.autograd.grad(loss, trained, retain_graph=i + 1 < len(losses), allow_unused=True)
                for parameter, gradient in zip(trained, gradients):
                    parameter.grad = gradient
            torch.nn.utils.clip_grad_norm_(net.parameters(), 1.0)
            optimizer.step()
            with torch.no_grad():
                torch._foreach_mul_(average, 0.999)
                torch._foreach_add_(average, [p.detach() for p in net.parameters()], alpha=0.001)
            return losses[0][0].item()
        return step

    def family(self, name):
        net = FAMILIES[name]().to(self.device)
        self.parameters = None if getattr(net, "counts_differ", False) else sum(p.numel() for p in net.parameters())
        return net

    def generate(self, name, batch):
        with torch.no_grad():
            return torch.no_grad()(self.family(name).eval().generate(batch))

    def prefill(self, name, batch):
        return torch.no_grad()(self.family(name).eval().prefill(batch))

    def train(self, name, batch):
        net = self.family(name)
        step, objective = self.optimizer(net), net.losses(batch)
        return lambda: step(objective())

    def diffusion_train(self, batch):
        net = Unet().to(self.device)
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
            step([(torch.nn.functional.mse_loss(predicted, alpha * noise - sigma * x0), "")])
        return run

    def gpt_train(self, batch, length=160):
        net = Gpt(self.vocabulary).to(self.device)
        step = self.optimizer(net)
        tokens = torch.randint(0, self.vocabulary, (batch, length + 1), device=self.device)

        def run():
            logits = net(tokens[:, :-1])
            targets = tokens[:, 1:].reshape(-1)
            step([(torch.nn.functional.cross_entropy(logits.reshape(-1, self.vocabulary), targets), "")])
        return run

    def gpt_decode(self, batch=1, tokens=96):
        net = Gpt(self.vocabulary).to(self.device).eval()
        caches = [tuple(torch.zeros(batch, net.context, net.channels, device=self.device) for _ in range(2))
                  for _ in net.blocks]

        def run():
            token = torch.ones(batch, 1, dtype=torch.long, device=self.device)
            for position in range(tokens):
                probabilities = torch.softmax(net(token, caches, position)[:, -1], -1)
                token = torch.multinomial(probabilities, 1)
                token.tolist()  # a person reads it
        return torch.no_grad()(run), tokens

    def gpt_prefill(self, batch, length=128):
        net = Gpt(self.vocabulary).to(self.device).eval()
        tokens = torch.randint(0, self.vocabulary, (batch, length), device=self.device)
        return torch.no_grad()(lambda: net(tokens))
