#include "formats/safetensors.h"

#include <gmock/gmock.h>

#include <cmath>
#include <cstring>
#include <limits>

#include "core/files.h"
#include "core/half.h"
#include "formats/damage.h"

namespace figment::formats {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

template <typename T>
std::span<const std::uint8_t> bytes_of(const std::vector<T>& values) {
  return {reinterpret_cast<const std::uint8_t*>(values.data()), values.size() * sizeof(T)};
}

/// A file of this header and this many bytes of data.
Bytes file_of(const std::string& header, std::size_t data_size) {
  Bytes file(8 + header.size() + data_size);
  const std::uint64_t size = header.size();
  std::memcpy(file.data(), &size, 8);
  std::copy(header.begin(), header.end(), file.begin() + 8);
  return file;
}

std::string complaint(const std::string& header, std::size_t data_size) {
  return error_of([&] { SafetensorsFile(file_of(header, data_size), "m.safetensors"); });
}

std::string tensor(const std::string& name, const std::string& dtype, const std::string& shape,
                   const std::string& offsets) {
  return "\"" + name + "\":{\"dtype\":\"" + dtype + "\",\"shape\":" + shape + ",\"data_offsets\":" + offsets + "}";
}

class Safetensors : public InFolder {};

TEST_F(Safetensors, EverythingComesBack) {
  const std::vector<float> weights = {1, -2.5F, 3e-20F, std::numeric_limits<float>::infinity(), 0, 6};
  const std::vector<std::int32_t> steps = {123456789};
  const std::vector<std::uint8_t> mask = {1, 2, 3};
  const std::vector<std::uint16_t> halves = {core::float_to_half(0.5F), core::float_to_half(-65504.0F)};
  const std::vector<TensorRecord> records = {
      {"mask", "U8", {3}, mask},         float_record("block.0.conv.weight", {2, 3}, weights),
      int_record("step", {}, steps),     {"half", "F16", {2, 1}, bytes_of(halves)},
      float_record("empty", {0, 4}, {}),
  };
  write_safetensors(folder_ / "m.safetensors", records, {{"model", "gpt"}, {"note", "\xC3\xA9\n\"quoted\""}});
  SafetensorsFile opened(folder_ / "m.safetensors");
  const SafetensorsFile file = opened;  // a copy stands on its own
  opened = SafetensorsFile(encode_safetensors({}), "none");
  EXPECT_EQ(file.metadata(), (Metadata{{"model", "gpt"}, {"note", "\xC3\xA9\n\"quoted\""}}));
  EXPECT_THAT(file.names(), testing::UnorderedElementsAre("block.0.conv.weight", "step", "empty", "half", "mask"));
  EXPECT_EQ(file.read_floats("block.0.conv.weight", {2, 3}), weights);
  EXPECT_EQ(file.read_ints("step"), steps);
  EXPECT_THAT(file.read_floats("half"), ElementsAre(0.5F, -65504.0F));
  EXPECT_THAT(file.read_ints("mask"), ElementsAre(1, 2, 3));
  EXPECT_TRUE(file.read_floats("empty").empty());
  EXPECT_EQ(file.at("block.0.conv.weight").count(), 6);
  EXPECT_EQ(file.at("step").count(), 1);
  EXPECT_EQ(file.find("nothing"), nullptr);
  EXPECT_TRUE(opened.records().empty());
}

TEST_F(Safetensors, TheDataIsAlignedAndTheHeaderPadded) {
  const std::vector<std::uint8_t> mask(3);
  const std::vector<float> weights(4);
  const std::vector<TensorRecord> records = {{"a", "U8", {3}, mask}, float_record("b", {4}, weights)};
  const Bytes file = encode_safetensors(records);
  std::uint64_t header_size = 0;
  std::memcpy(&header_size, file.data(), 8);
  EXPECT_EQ(header_size % 8, 0U);
  EXPECT_EQ(file.size(), 8 + header_size + 19);
  EXPECT_THAT(SafetensorsFile(file, "x").names(), ElementsAre("b", "a"));
}

TEST_F(Safetensors, OtherTypesAreConverted) {
  const std::vector<std::uint16_t> bf16 = {0x3F80, 0xC000};
  const std::vector<double> f64 = {1.5, 1e300, -1e300, 1e-310};
  const std::vector<std::int64_t> i64 = {-5, 2147483647};
  const std::vector<std::int64_t> huge = {1LL << 40};
  const std::vector<TensorRecord> records = {{"bf16", "BF16", {2}, bytes_of(bf16)},
                                             {"f64", "F64", {4}, bytes_of(f64)},
                                             {"i64", "I64", {2}, bytes_of(i64)},
                                             {"huge", "I64", {1}, bytes_of(huge)}};
  const SafetensorsFile file(encode_safetensors(records), "m.safetensors");
  EXPECT_THAT(file.read_floats("bf16"), ElementsAre(1.0F, -2.0F));
  EXPECT_THAT(file.read_floats("f64"), ElementsAre(1.5F, INFINITY, -INFINITY, 0.0F));
  EXPECT_THAT(file.read_ints("i64"), ElementsAre(-5, 2147483647));
  EXPECT_THAT(error_of([&] { (void)file.read_ints("huge"); }), HasSubstr("beyond 32 bits"));
  EXPECT_THAT(error_of([&] { (void)file.read_floats("i64"); }), HasSubstr("I64"));
  EXPECT_THAT(error_of([&] { (void)file.read_ints("f64"); }), HasSubstr("F64"));
  EXPECT_THAT(error_of([&] { (void)file.read_floats("absent"); }), HasSubstr("no tensor \"absent\""));
  EXPECT_THAT(error_of([&] {
                (void)file.read_floats("bf16", {1, 2});
              }),
              testing::AllOf(HasSubstr("[2]"), HasSubstr("[1, 2]")));
}

TEST_F(Safetensors, TheWriterRefusesNonsense) {
  const std::vector<float> four(4);
  const auto refuses = [](const std::vector<TensorRecord>& records) {
    return error_of([&] { encode_safetensors(records); });
  };
  EXPECT_THAT(refuses({float_record("a", {4}, four), float_record("a", {4}, four)}), HasSubstr("two tensors"));
  EXPECT_THAT(refuses({float_record("a", {5}, four)}), HasSubstr("[5]"));
  EXPECT_THAT(refuses({float_record("a", {-4}, four)}), HasSubstr("[-4]"));
  EXPECT_THAT(refuses({{"a", "F33", {4}, bytes_of(four)}}), HasSubstr("F33"));
  EXPECT_THAT(refuses({float_record("", {4}, four)}), HasSubstr("named"));
  EXPECT_THAT(refuses({float_record("\xFF", {4}, four)}), HasSubstr("named"));
  EXPECT_THROW(encode_safetensors({}, {{"k", "\xFF"}}), core::Error);
}

TEST_F(Safetensors, EveryFaultHasItsSentence) {
  const std::string a = tensor("a", "F32", "[2]", "[0,8]");
  EXPECT_NO_THROW(SafetensorsFile(file_of("{" + a + "}   ", 8), "x"));
  EXPECT_NO_THROW(SafetensorsFile(file_of("{}", 0), "x"));
  EXPECT_THAT(complaint("{" + a + "}", 7), HasSubstr("m.safetensors is cut short"));
  EXPECT_THAT(complaint("{" + a + "}", 9), HasSubstr("after the last tensor"));
  EXPECT_THAT(complaint("{" + a + "," + a + "}", 8), HasSubstr("twice"));
  EXPECT_THAT(complaint("{" + a + "," + tensor("b", "F32", "[2]", "[4,12]") + "}", 12), HasSubstr("overlaps"));
  EXPECT_THAT(complaint("{" + a + "," + tensor("b", "F32", "[1]", "[12,16]") + "}", 16), HasSubstr("belong to no"));
  EXPECT_THAT(complaint("{" + tensor("c", "U8", "[2]", "[0,2]") + "," + tensor("d", "F32", "[1]", "[2,6]") + "}", 6),
              HasSubstr("not a multiple of 4"));
  EXPECT_THAT(complaint("{" + tensor("a", "F32", "[3]", "[0,8]") + "}", 8), HasSubstr("3 elements"));
  EXPECT_THAT(complaint("{" + tensor("a", "F31", "[2]", "[0,8]") + "}", 8), HasSubstr("F31"));
  EXPECT_THAT(complaint("{" + tensor("a", "F32", "[2]", "[8,0]") + "}", 8), HasSubstr("ends before"));
  EXPECT_THAT(complaint("{" + tensor("a", "F32", "[4294967296,4294967296]", "[0,0]") + "}", 0), HasSubstr("large"));
  EXPECT_THAT(complaint("{" + tensor("a", "F32", "[0,4294967296,4294967296]", "[0,0]") + "}", 0), HasSubstr("large"));
  EXPECT_THAT(complaint("{" + tensor("a", "F32", "[-2]", "[0,8]") + "}", 8), HasSubstr("negative"));
  EXPECT_THAT(complaint("{" + tensor("a", "F32", "[2.0]", "[0,8]") + "}", 8), HasSubstr("fraction"));
  EXPECT_THAT(complaint("{" + tensor("a", "F32", "[99999999999999999999]", "[0,8]") + "}", 8), HasSubstr("too large"));
  EXPECT_THAT(complaint("{" + tensor("a", "F32", "[2]", "[0,8,9]") + "}", 8), HasSubstr("number"));
  EXPECT_THAT(complaint("{" + tensor("a", "F32", "[2]", "[0]") + "}", 8), HasSubstr("two data_offsets"));
  EXPECT_THAT(complaint("{" + tensor("a", "F32", "[[2]]", "[0,8]") + "}", 8), HasSubstr("list"));
  EXPECT_THAT(complaint("{\"a\":{\"dtype\":\"F32\",\"shape\":[2]}}", 8), HasSubstr("lacks"));
  EXPECT_THAT(complaint("{\"a\":{\"dtype\":\"F32\",\"dtype\":\"F32\"}}", 8), HasSubstr("dtype twice"));
  EXPECT_THAT(complaint("{\"a\":{\"color\":1}}", 8), HasSubstr("color"));
  EXPECT_THAT(complaint("{\"a\":5}", 8), HasSubstr("number"));
  EXPECT_THAT(complaint("{\"__metadata__\":{\"k\":1}}", 0), HasSubstr("number"));
  EXPECT_THAT(complaint("{\"a\":", 0), HasSubstr("not valid JSON"));
  EXPECT_THAT(complaint("{}x", 0), HasSubstr("not valid JSON"));
  EXPECT_THAT(complaint("{\"\xFF\":1}", 0), HasSubstr("not valid JSON"));
  std::string deep = "{\"a\":";
  for (int i = 0; i < 100000; ++i) deep += "{\"a\":";
  EXPECT_THAT(complaint(deep, 0), HasSubstr("none belongs"));
}

TEST_F(Safetensors, WhatIsNoSuchFile) {
  const auto words = [](const Bytes& bytes) { return error_of([&] { SafetensorsFile(bytes, "m"); }); };
  EXPECT_THAT(words({}), HasSubstr("not a safetensors file"));
  EXPECT_THAT(words(Bytes(100, 0)), HasSubstr("not a safetensors file"));
  EXPECT_THAT(words(Bytes(100, 0xFF)), HasSubstr("not a safetensors file"));
  Bytes cut = file_of("{" + tensor("a", "F32", "[2]", "[0,8]") + "}", 8);
  cut.resize(30);
  EXPECT_THAT(words(cut), HasSubstr("cut short inside its header"));
  EXPECT_THAT(error_of([&] { SafetensorsFile(folder_ / "none"); }), HasSubstr("none"));
  EXPECT_THROW(SafetensorsFile{folder_}, core::Error);
}

TEST_F(Safetensors, DamagedFilesNeverCrash) {
  const std::vector<float> weights = {1, 2, 3, 4, 5, 6};
  const std::vector<std::int32_t> steps = {7};
  const std::vector<TensorRecord> records = {float_record("layer.weight", {2, 3}, weights), int_record("n", {}, steps)};
  const Bytes file = encode_safetensors(records, {{"model", "gpt"}});
  const auto read = [](const Bytes& bytes) {
    const SafetensorsFile opened(bytes, "damaged.safetensors");
    for (const TensorRecord& record : opened.records()) {
      if (record.dtype[0] == 'F') (void)opened.read_floats(record.name);
      if (record.dtype == "I32") (void)opened.read_ints(record.name);
    }
  };
  expect_no_crash(file, read, 5000);
}

}  // namespace
}  // namespace figment::formats
