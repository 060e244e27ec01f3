#pragma once
#include <cstdint>
#include <span>
#include <vector>

/// Distances between two sets of feature vectors: how alike two sets of pictures are.
namespace figment::studio {

/// Vectors of one length, one behind the other.
struct FeatureSet {
  std::int64_t dimensions = 0;
  std::vector<float> values;  ///< [count, dimensions]

  std::int64_t count() const { return dimensions > 0 ? static_cast<std::int64_t>(values.size()) / dimensions : 0; }
};

struct PrecisionRecall {
  double precision = 0;  ///< share of the made vectors that lie among the real ones
  double recall = 0;     ///< share of the real vectors that lie among the made ones
};

/// Improved precision and recall (Kynkäänniemi et al., 2019): a set covers the balls around its vectors that reach to
/// the `neighbours`-th nearest other one. Throws Error if a set has not more vectors than that, or the dimensions
/// differ.
PrecisionRecall precision_recall(const FeatureSet& made, const FeatureSet& real, int neighbours = 3);

/// The Fréchet distance of two normal distributions with the sets' means and covariances (Heusel et al., 2017):
/// |m1 - m2|^2 + tr(S1 + S2 - 2 (S1 S2)^(1/2)). Throws Error if a set has fewer than two vectors.
double frechet_distance(const FeatureSet& a, const FeatureSet& b);

/// Eigenvalues (and eigenvectors, if asked for, one a column) of a symmetric [n, n] matrix, by Jacobi rotations.
std::vector<double> symmetric_eigenvalues(std::vector<double> matrix, int n, std::vector<double>* vectors = nullptr);

}  // namespace figment::studio
