#include "ops/contract.h"

#include <set>

#include "ops/list.h"

namespace figment::contract {
namespace {

struct Entry {
  const Op* op = nullptr;
  Example example;
};

std::vector<Entry> entries() {
  std::vector<Entry> result;
  for (const Op* op : ops::all_ops()) {
    if (op->examples == nullptr) continue;
    for (Example& example : op->examples()) result.push_back({op, std::move(example)});
  }
  return result;
}

std::string name_of(const testing::TestParamInfo<Entry>& info) {
  std::string name = std::string(info.param.op->name) + "_" + info.param.example.name;
  for (char& character : name) {
    if (std::isalnum(static_cast<unsigned char>(character)) == 0) character = '_';
  }
  return name;
}

class Contract : public testing::TestWithParam<Entry> {};

TEST_P(Contract, Types) { check_types(*GetParam().op, GetParam().example); }
TEST_P(Contract, Gradient) { check_gradient(*GetParam().op, GetParam().example); }
TEST_P(Contract, ForwardWithCpuKernels) { check_forward(*GetParam().op, GetParam().example, true); }
TEST_P(Contract, ForwardWithGpuKernels) { check_forward(*GetParam().op, GetParam().example, false); }
TEST_P(Contract, BackwardWithCpuKernels) { check_backward(*GetParam().op, GetParam().example, true); }
TEST_P(Contract, BackwardWithGpuKernels) { check_backward(*GetParam().op, GetParam().example, false); }

INSTANTIATE_TEST_SUITE_P(Ops, Contract, testing::ValuesIn(entries()), name_of);

TEST(OpList, EveryOpIsWhole) {
  for (const Op* op : ops::all_ops()) check_declaration(*op);
}

TEST(OpList, NamesAreDifferent) {
  std::set<std::string_view> names;
  for (const Op* op : ops::all_ops()) EXPECT_TRUE(names.insert(op->name).second) << op->name;
}

TEST(OpList, FindsByName) {
  for (const Op* op : ops::all_ops()) EXPECT_EQ(&ops::find_op(op->name), op);
  EXPECT_THROW(ops::find_op("no such op"), core::Error);
}

}  // namespace
}  // namespace figment::contract
