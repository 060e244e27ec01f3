#include "tensor/attributes.h"

#include "core/error.h"

namespace figment::tensor {

const Attributes::Value* Attributes::find(std::string_view key) const {
  for (const auto& [name, value] : entries_) {
    if (name == key) return &value;
  }
  return nullptr;
}

Attributes& Attributes::set(std::string_view key, Value value) {
  for (auto& [name, old] : entries_) {
    if (name == key) {
      old = std::move(value);
      return *this;
    }
  }
  entries_.emplace_back(std::string(key), std::move(value));
  return *this;
}

bool Attributes::has(std::string_view key) const { return find(key) != nullptr; }

std::int64_t Attributes::integer(std::string_view key) const {
  const Value* value = find(key);
  core::require(value != nullptr && std::holds_alternative<std::int64_t>(*value), "the attribute {} is no integer",
                key);
  return std::get<std::int64_t>(*value);
}

std::int64_t Attributes::integer(std::string_view key, std::int64_t fallback) const {
  return has(key) ? integer(key) : fallback;
}

double Attributes::number(std::string_view key) const {
  const Value* value = find(key);
  core::require(value != nullptr && !std::holds_alternative<List>(*value), "the attribute {} is no number", key);
  if (std::holds_alternative<double>(*value)) return std::get<double>(*value);
  return static_cast<double>(std::get<std::int64_t>(*value));
}

double Attributes::number(std::string_view key, double fallback) const { return has(key) ? number(key) : fallback; }

const Attributes::List& Attributes::list(std::string_view key) const {
  const Value* value = find(key);
  core::require(value != nullptr && std::holds_alternative<List>(*value), "the attribute {} is no list", key);
  return std::get<List>(*value);
}

}  // namespace figment::tensor
