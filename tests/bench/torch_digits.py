"""The nets of the families of digits in PyTorch, with figment's sizes and losses."""
import torch
from torch import nn
from torch.nn import functional
from torch_nets import Family, conv3, enlarge

DIGITS, STYLE = 10, 32


class DigitEncoder(nn.Module):
    def __init__(self, outputs):
        super().__init__()
        self.conv1, self.conv2 = conv3(16, 64), conv3(64, 128, 2)
        self.norm1, self.norm2 = nn.GroupNorm(8, 64), nn.GroupNorm(8, 128)
        self.exit = nn.Linear(16 * 128, outputs)

    def forward(self, x):
        h = functional.silu(self.norm1(self.conv1(functional.pixel_unshuffle(x, 4))))
        return self.exit(functional.silu(self.norm2(self.conv2(h))).flatten(1))


class DigitDecoder(nn.Module):
    def __init__(self, inputs):
        super().__init__()
        self.door = nn.Linear(inputs, 16 * 64)
        self.norm1, self.norm2, self.norm3 = nn.GroupNorm(8, 64), nn.GroupNorm(8, 32), nn.GroupNorm(8, 32)
        self.conv1, self.conv2, self.exit = conv3(64, 32), conv3(32, 32), conv3(32, 4)

    def forward(self, codes):
        h = self.door(codes).view(-1, 64, 4, 4)
        h = self.conv1(enlarge(functional.silu(self.norm1(h))))
        h = self.conv2(enlarge(functional.silu(self.norm2(h))))
        return functional.pixel_shuffle(self.exit(functional.silu(self.norm3(h))), 2)


class Autoencoder(Family):
    def __init__(self):
        super().__init__()
        self.plain = nn.Sequential(DigitEncoder(32), DigitDecoder(32))
        self.denoising = nn.Sequential(DigitEncoder(32), DigitDecoder(32))

    def generate(self, batch):
        pictures = self.normal(batch, 1, 32, 32)
        return lambda: self.denoising(pictures)

    def losses(self, batch):
        pixels = self.normal(batch, 1, 32, 32)

        def objective():
            noisy = pixels + 0.8 * self.uniform(batch, 1, 1, 1) * torch.randn_like(pixels)
            return [(functional.mse_loss(self.plain(pixels), pixels), "plain."),
                    (functional.mse_loss(self.denoising(noisy), pixels), "denoising.")]
        return objective


class BetaVae(nn.Module):
    def __init__(self, size, components):
        super().__init__()
        self.size = size
        self.encoder, self.decoder = DigitEncoder(128), DigitDecoder(size + 1)
        self.beta, self.head, self.sigma = nn.Linear(1, 128), nn.Linear(128, 2 * size), nn.Linear(2, 1)
        self.centers = nn.Parameter(torch.randn(components, size)) if components else None
        self.log_scales = nn.Parameter(torch.zeros(components, size)) if components else None
        self.shares = nn.Parameter(torch.zeros(components)) if components else None

    def rate(self, mean, log_variance, drawn, noise):
        if self.centers is None:
            return 0.5 * (mean ** 2 + log_variance.exp() - log_variance - 1).sum(1)
        inside = -(0.5 * noise ** 2 + 0.5 * log_variance + 0.919).sum(1)
        squares = ((drawn[:, None] - self.centers) * (-self.log_scales).exp()) ** 2
        densities = -(0.5 * squares + self.log_scales).sum(2) + torch.log_softmax(self.shares, 0)
        return inside - torch.logsumexp(densities, 1) + 0.919 * self.size

    def loss(self, pixels, log_beta):
        mean, log_variance = self.head(functional.silu(self.encoder(pixels) + self.beta(log_beta))).chunk(2, 1)
        log_variance = log_variance.clamp(-10, 4)
        noise = torch.randn_like(mean)
        drawn = mean + (0.5 * log_variance).exp() * noise
        painted = self.decoder(torch.cat([drawn, log_beta], 1))
        log_sigma = self.sigma(torch.cat([log_beta, log_beta ** 2], 1))[:, 0]
        distortion = 0.5 * ((pixels - painted) ** 2).sum((1, 2, 3)) * (-2 * log_sigma).exp() + 1024 * (log_sigma + 0.919)
        rate = self.rate(mean, log_variance, drawn, noise)
        return (distortion + log_beta[:, 0].exp() * rate).mean() / 1024


class Vae(Family):
    def __init__(self):
        super().__init__()
        self.plane, self.space = BetaVae(2, 0), BetaVae(16, 64)

    def generate(self, batch):
        codes = self.normal(batch, 17)
        return lambda: self.space.decoder(codes)

    def losses(self, batch):
        pixels = self.normal(batch, 1, 32, 32)

        def objective():
            log_beta = self.uniform(batch, 1)
            return [(self.space.loss(pixels, log_beta), "space."), (self.plane.loss(pixels, log_beta), "plane.")]
        return objective


class DigitGenerator(nn.Module):
    def __init__(self):
        super().__init__()
        self.digit, self.decoder = nn.Embedding(DIGITS, 16), DigitDecoder(STYLE + 16)

    def forward(self, styles, digits):
        return torch.tanh(self.decoder(torch.cat([styles, self.digit(digits)], 1)))


class DigitDiscriminator(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1, self.conv2 = conv3(16, 64), conv3(64, 128, 2)
        self.feature, self.score, self.digit = nn.Linear(16 * 128, 128), nn.Linear(128, 1), nn.Embedding(DIGITS, 128)

    def forward(self, x, digits):
        h = functional.leaky_relu(self.conv1(functional.pixel_unshuffle(x, 4)), 0.2)
        h = functional.leaky_relu(self.conv2(h), 0.2)
        h = functional.leaky_relu(self.feature(h.flatten(1)), 0.2)
        return self.score(h)[:, 0] + (h * self.digit(digits)).sum(1)


class Cgan(Family):
    def __init__(self):
        super().__init__()
        self.generator, self.discriminator = DigitGenerator(), DigitDiscriminator()

    def generate(self, batch):
        styles, digits = self.normal(batch, STYLE), self.zeros(batch)
        return lambda: self.generator(styles, digits)

    def losses(self, batch):
        pixels, digits = self.normal(batch, 1, 32, 32), self.zeros(batch)
        both = torch.cat([digits, digits])

        def objective():
            pictures = torch.cat([pixels, self.generator(self.normal(batch, STYLE), digits)])
            scores = self.discriminator(pictures, both)
            lead = scores[:batch] - scores[batch:]
            nudged = self.discriminator(pictures + 0.1 * torch.randn_like(pictures), both)
            steepness = 2 * (((nudged - scores) / 0.1) ** 2).mean()
            return [(functional.softplus(lead).mean(), "generator."),
                    (functional.softplus(-lead).mean() + 0.5 * steepness, "discriminator.")]
        return objective
