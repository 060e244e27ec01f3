#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace figment::tensor {

/// The static settings of a node: a few named integers, numbers and integer lists.
class Attributes {
 public:
  using List = std::vector<std::int64_t>;
  using Value = std::variant<std::int64_t, double, List>;

  Attributes() = default;
  Attributes(std::initializer_list<std::pair<std::string, Value>> entries) : entries_(entries) {}

  Attributes& set(std::string_view key, Value value);
  bool has(std::string_view key) const;
  std::int64_t integer(std::string_view key) const;                         ///< throws Error if missing
  std::int64_t integer(std::string_view key, std::int64_t fallback) const;  ///< fallback if missing
  double number(std::string_view key) const;                                ///< integers convert
  double number(std::string_view key, double fallback) const;
  const List& list(std::string_view key) const;
  bool operator==(const Attributes&) const = default;

 private:
  const Value* find(std::string_view key) const;
  std::vector<std::pair<std::string, Value>> entries_;
};

}  // namespace figment::tensor
