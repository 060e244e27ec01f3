#pragma once
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "runtime/context.h"
#include "runtime/program.h"
#include "tensor/graph.h"
#include "tensor/op.h"

/// Whether the device gives what the CPU reference gives, on the ops' own examples. The contract tests and the shader
/// workbench share it.
namespace figment::runtime {

/// An example laid out as a graph: mutated inputs are variables, the others inputs named x0, x1, ...; the values are
/// drawn by the op's and the example's names, the same each time.
struct ExampleCase {
  ExampleCase(const tensor::Op& op, const tensor::Example& example);
  virtual ~ExampleCase() = default;

  const tensor::Op& op;
  const tensor::Example& example;
  tensor::Graph graph;
  std::map<std::string, tensor::HostTensor> values;
  std::vector<tensor::Variable> variables;
  std::vector<tensor::Tensor> leaves;
  std::vector<tensor::Tensor> outputs;
};

/// How far two tensors are apart.
struct Difference {
  double max_error = 0;  ///< largest |actual - expected| / (1 + |expected|); infinite where only one is a number
  double tolerance = 0;  ///< what it may be: the example's, or more where the type has few bits
  std::string message;   ///< a sentence with the first element that is too far off; empty if all are well
  bool is_close() const { return message.empty(); }
};
/// Integers must be equal; of floats |actual - expected| <= tolerance * (1 + |expected|), and NaN equals NaN.
Difference compare(const tensor::HostTensor& actual, const tensor::HostTensor& expected, float tolerance);

/// What became of one example on one device.
struct ParityResult {
  std::string name;  ///< of the op and the example
  double max_error = 0;
  double tolerance = 0;
  std::string message;  ///< a sentence; empty if it passed
  bool passed() const { return message.empty(); }
};

/// One example on the device and on the CPU, in slices. Never throws but gpu::DeviceLost: what goes wrong becomes the
/// result's message.
class ParityCheck {
 public:
  /// `op` and `example` must outlive it. `outputs` (of `run.graph`) empty: those of the op.
  ParityCheck(Context& context, std::unique_ptr<ExampleCase> run, std::vector<tensor::Tensor> outputs = {});
  ~ParityCheck();

  /// Does one slice: the reference, one kernel's compilation, the submission, the comparison. True when it is done.
  bool advance(double wait_ms = 0);
  const ParityResult& result() const { return result_; }

 private:
  enum class Stage : std::uint8_t { reference, warming, running, done };
  void make_reference();
  void compare_all();

  Context& context_;
  std::unique_ptr<ExampleCase> run_;
  std::vector<tensor::Tensor> outputs_;
  std::vector<tensor::HostTensor> expected_;
  std::vector<tensor::HostTensor> expected_variables_;
  std::unique_ptr<Program> program_;
  Stage stage_ = Stage::reference;
  ParityResult result_;
};

/// All at once.
ParityResult check_parity(Context& context, const tensor::Op& op, const tensor::Example& example);

/// An example whose kernel calls use a shader file.
struct ShaderUse {
  const tensor::Op* op = nullptr;
  std::shared_ptr<const tensor::Example> example;
  std::int64_t bytes = 0;  ///< of its inputs and outputs
};
/// For every shader file ("matmul.comp") that an op's example uses on such a device: the examples, largest first.
std::map<std::string, std::vector<ShaderUse>> shader_uses(const tensor::DeviceTraits& traits);

}  // namespace figment::runtime
