// The heads of .npy files.

#include "cli/npy.h"

#include <gtest/gtest.h>

#include <cstring>

namespace waggle::cli {
namespace {

std::string file_of(const std::string& dictionary, char version = 1) {
  std::string bytes = "\x93NUMPY";
  bytes += version;
  bytes += '\0';
  bytes += static_cast<char>(dictionary.size());
  bytes += '\0';
  if (version > 1) bytes += std::string(2, '\0');
  return bytes + dictionary;
}

TEST(Npy, ReadsWhatNumpyWrites) {
  const std::string head = file_of("{'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }\n");
  const NpyHeader header = parse_npy_header(head + std::string(48, '\0'), static_cast<std::int64_t>(head.size()) + 48).value();
  EXPECT_EQ(header.type, NpyType::kF32);
  EXPECT_EQ(header.rows, 3);
  EXPECT_EQ(header.columns, 4);
  EXPECT_EQ(header.header_bytes, head.size());
  EXPECT_EQ(header.row_bytes(), 16U);
  const std::string one = file_of("{'descr': '<f2', 'fortran_order': False, 'shape': (5,), }\n", 2);
  const NpyHeader single = parse_npy_header(one, static_cast<std::int64_t>(one.size()) + 10).value();
  EXPECT_EQ(single.rows, 1);
  EXPECT_EQ(single.columns, 5);
  EXPECT_EQ(single.number_bytes(), 2U);
}

TEST(Npy, RefusesOtherFiles) {
  for (const char* const dictionary :
       {"{'descr': '>f4', 'fortran_order': False, 'shape': (1, 4), }", "{'descr': '<i4', 'fortran_order': False, 'shape': (1, 4), }",
        "{'descr': '<f4', 'fortran_order': True, 'shape': (1, 4), }", "{'descr': '<f4', 'fortran_order': False, 'shape': (), }",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 2, 3), }", "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 0), }",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (-1, 4), }", "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 16001), }",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999, 4), }", "{}", ""}) {
    const std::string bytes = file_of(dictionary);
    EXPECT_EQ(parse_npy_header(bytes, 1 << 20).error().code(), Code::kInvalidArgument) << dictionary;
  }
  EXPECT_FALSE(parse_npy_header("", 0));
  EXPECT_FALSE(parse_npy_header("PK\x03\x04 something else", 100));
  EXPECT_FALSE(parse_npy_header(file_of("{}", 4), 100));
}

TEST(Npy, BelievesNoLengthThatTheFileLacks) {
  const std::string head = file_of("{'descr': '<f4', 'fortran_order': False, 'shape': (4000000000, 4), }\n");
  EXPECT_FALSE(parse_npy_header(head, static_cast<std::int64_t>(head.size()) + 1600));
  std::string cut = head;
  cut[8] = '\xff';
  cut[9] = '\xff';
  EXPECT_FALSE(parse_npy_header(cut, 1 << 20));
}

TEST(Npy, WritesWhatItReads) {
  const std::string head = npy_header(7, 384);
  EXPECT_EQ(head.size() % 64, 0U);
  const NpyHeader header = parse_npy_header(head, static_cast<std::int64_t>(head.size()) + 7 * 384 * 4).value();
  EXPECT_EQ(header.rows, 7);
  EXPECT_EQ(header.columns, 384);
  EXPECT_EQ(header.header_bytes, head.size());
}

TEST(Npy, DecodesEveryType) {
  const std::uint16_t halves[] = {0x3C00, 0xC000};
  const float singles[] = {1, -2};
  const double doubles[] = {1, -2};
  const auto decode = [](NpyType type, const auto& numbers) {
    return decode_npy_row({.type = type, .rows = 1, .columns = 2, .header_bytes = 0}, {reinterpret_cast<const char*>(numbers), sizeof(numbers)});
  };
  const std::vector<float> expected = {1, -2};
  EXPECT_EQ(decode(NpyType::kF16, halves), expected);
  EXPECT_EQ(decode(NpyType::kF32, singles), expected);
  EXPECT_EQ(decode(NpyType::kF64, doubles), expected);
}

}  // namespace
}  // namespace waggle::cli
