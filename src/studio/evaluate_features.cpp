#include "studio/evaluate_features.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"

namespace figment::studio {
namespace {

using Matrix = std::vector<double>;  // [n, n]

double square_distance(const float* a, const float* b, std::int64_t dimensions) {
  double sum = 0;
  for (std::int64_t d = 0; d < dimensions; ++d) {
    const double difference = static_cast<double>(a[d]) - static_cast<double>(b[d]);
    sum += difference * difference;
  }
  return sum;
}

const float* row(const FeatureSet& set, std::int64_t index) { return set.values.data() + index * set.dimensions; }

/// Square radius of the ball around each vector that reaches to its k-th nearest neighbour in its own set.
std::vector<double> square_radii(const FeatureSet& set, int neighbours) {
  std::vector<double> radii;
  std::vector<double> distances;
  for (std::int64_t i = 0; i < set.count(); ++i) {
    distances.clear();
    for (std::int64_t j = 0; j < set.count(); ++j) {
      if (j != i) distances.push_back(square_distance(row(set, i), row(set, j), set.dimensions));
    }
    const auto kth = distances.begin() + (neighbours - 1);
    std::nth_element(distances.begin(), kth, distances.end());
    radii.push_back(*kth);
  }
  return radii;
}

/// Share of the vectors of `points` that lie in a ball of `set`.
double share_covered(const FeatureSet& points, const FeatureSet& set, const std::vector<double>& radii) {
  std::int64_t covered = 0;
  for (std::int64_t i = 0; i < points.count(); ++i) {
    for (std::int64_t j = 0; j < set.count(); ++j) {
      if (square_distance(row(points, i), row(set, j), set.dimensions) <= radii[static_cast<std::size_t>(j)]) {
        ++covered;
        break;
      }
    }
  }
  return static_cast<double>(covered) / static_cast<double>(points.count());
}

std::vector<double> mean_of(const FeatureSet& set) {
  std::vector<double> mean(static_cast<std::size_t>(set.dimensions));
  for (std::int64_t i = 0; i < set.count(); ++i) {
    for (std::size_t d = 0; d < mean.size(); ++d) mean[d] += static_cast<double>(row(set, i)[d]);
  }
  for (double& value : mean) value /= static_cast<double>(set.count());
  return mean;
}

Matrix covariance_of(const FeatureSet& set, const std::vector<double>& mean) {
  const std::size_t n = mean.size();
  Matrix result(n * n);
  std::vector<double> centred(n);
  for (std::int64_t i = 0; i < set.count(); ++i) {
    for (std::size_t d = 0; d < n; ++d) centred[d] = static_cast<double>(row(set, i)[d]) - mean[d];
    for (std::size_t a = 0; a < n; ++a) {
      for (std::size_t b = 0; b < n; ++b) result[a * n + b] += centred[a] * centred[b];
    }
  }
  for (double& value : result) value /= static_cast<double>(set.count() - 1);
  return result;
}

Matrix multiply(const Matrix& a, const Matrix& b, std::size_t n) {
  Matrix result(n * n);
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t k = 0; k < n; ++k) {
      for (std::size_t j = 0; j < n; ++j) result[i * n + j] += a[i * n + k] * b[k * n + j];
    }
  }
  return result;
}

/// The square root of a symmetric matrix without negative eigenvalues.
Matrix square_root(const Matrix& matrix, std::size_t n) {
  Matrix vectors;
  const std::vector<double> values = symmetric_eigenvalues(matrix, static_cast<int>(n), &vectors);
  Matrix scaled(n * n);
  Matrix transposed(n * n);
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j < n; ++j) {
      scaled[i * n + j] = vectors[i * n + j] * std::sqrt(std::max(0.0, values[j]));
      transposed[j * n + i] = vectors[i * n + j];
    }
  }
  return multiply(scaled, transposed, n);
}

/// Turns the plane of axes p and q so that matrix[p, q] becomes 0 (Golub and Van Loan, 8.5).
void rotate(Matrix& matrix, Matrix* vectors, std::size_t n, std::size_t p, std::size_t q) {
  const double apq = matrix[p * n + q];
  if (apq == 0) return;
  const double theta = (matrix[q * n + q] - matrix[p * n + p]) / (2 * apq);
  const double t = (theta >= 0 ? 1.0 : -1.0) / (std::abs(theta) + std::sqrt(theta * theta + 1));
  const double c = 1 / std::sqrt(t * t + 1);
  const double s = t * c;
  for (std::size_t k = 0; k < n; ++k) {
    const double kp = matrix[k * n + p];
    const double kq = matrix[k * n + q];
    matrix[k * n + p] = c * kp - s * kq;
    matrix[k * n + q] = s * kp + c * kq;
  }
  for (std::size_t k = 0; k < n; ++k) {
    const double pk = matrix[p * n + k];
    const double qk = matrix[q * n + k];
    matrix[p * n + k] = c * pk - s * qk;
    matrix[q * n + k] = s * pk + c * qk;
  }
  if (vectors == nullptr) return;
  for (std::size_t k = 0; k < n; ++k) {
    const double kp = (*vectors)[k * n + p];
    const double kq = (*vectors)[k * n + q];
    (*vectors)[k * n + p] = c * kp - s * kq;
    (*vectors)[k * n + q] = s * kp + c * kq;
  }
}

}  // namespace

std::vector<double> symmetric_eigenvalues(std::vector<double> matrix, int size, std::vector<double>* vectors) {
  const auto n = static_cast<std::size_t>(size);
  if (vectors != nullptr) {
    vectors->assign(n * n, 0);
    for (std::size_t i = 0; i < n; ++i) (*vectors)[i * n + i] = 1;
  }
  constexpr int sweeps_max = 60;
  for (int sweep = 0; sweep < sweeps_max; ++sweep) {
    double off = 0;
    double all = 0;
    for (std::size_t i = 0; i < n; ++i) {
      for (std::size_t j = 0; j < n; ++j) (i == j ? all : off) += matrix[i * n + j] * matrix[i * n + j];
    }
    if (off <= 1e-24 * (all + off)) break;
    for (std::size_t p = 0; p + 1 < n; ++p) {
      for (std::size_t q = p + 1; q < n; ++q) rotate(matrix, vectors, n, p, q);
    }
  }
  std::vector<double> values;
  for (std::size_t i = 0; i < n; ++i) values.push_back(matrix[i * n + i]);
  return values;
}

PrecisionRecall precision_recall(const FeatureSet& made, const FeatureSet& real, int neighbours) {
  core::require(made.dimensions == real.dimensions, "features of {} and {} numbers cannot be compared", made.dimensions,
                real.dimensions);
  core::require(neighbours >= 1 && std::min(made.count(), real.count()) > neighbours,
                "precision and recall need more than {} pictures on each side, not {} and {}", neighbours, made.count(),
                real.count());
  return {share_covered(made, real, square_radii(real, neighbours)),
          share_covered(real, made, square_radii(made, neighbours))};
}

double frechet_distance(const FeatureSet& a, const FeatureSet& b) {
  core::require(a.dimensions == b.dimensions, "features of {} and {} numbers cannot be compared", a.dimensions,
                b.dimensions);
  core::require(std::min(a.count(), b.count()) >= 2,
                "a Fréchet distance needs two pictures on each side, not {} and {}", a.count(), b.count());
  const auto n = static_cast<std::size_t>(a.dimensions);
  const std::vector<double> mean_a = mean_of(a);
  const std::vector<double> mean_b = mean_of(b);
  const Matrix cov_a = covariance_of(a, mean_a);
  const Matrix cov_b = covariance_of(b, mean_b);
  // tr (A B)^(1/2) = tr (A^(1/2) B A^(1/2))^(1/2), and the latter is symmetric.
  const Matrix root = square_root(cov_a, n);
  double distance = 0;
  for (std::size_t i = 0; i < n; ++i) {
    const double difference = mean_a[i] - mean_b[i];
    distance += difference * difference + cov_a[i * n + i] + cov_b[i * n + i];
  }
  for (const double value : symmetric_eigenvalues(multiply(multiply(root, cov_b, n), root, n), static_cast<int>(n))) {
    distance -= 2 * std::sqrt(std::max(0.0, value));
  }
  return std::max(0.0, distance);
}

}  // namespace figment::studio
