// The header of a table: every offset and count is checked before it is used.

#include "embed/safetensors.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "embed/tiny_model.h"

namespace waggle::embed {
namespace {

using test::safetensors;

TEST(Safetensors, ReadsTensorsInTheOrderOfTheirBytes) {
  const std::string file = safetensors(R"({"__metadata__":{"by":"hand"},"second":{"dtype":"F32","shape":[],"data_offsets":[6,10]},)"
                                       R"("first":{"dtype":"F16","shape":[3,1],"data_offsets":[0,6]}}   )",
                                       "aabbcc1234");
  const auto tensors = parse_safetensors(file);
  ASSERT_TRUE(tensors) << tensors.error().describe();
  ASSERT_EQ(tensors->size(), 2U);
  EXPECT_EQ((*tensors)[0].name, "first");
  EXPECT_EQ((*tensors)[0].dtype, "F16");
  EXPECT_EQ((*tensors)[0].shape, (std::vector<std::uint64_t>{3, 1}));
  EXPECT_EQ((*tensors)[0].bytes, "aabbcc");
  EXPECT_EQ((*tensors)[1].bytes, "1234") << "no extent is one number";
}

TEST(Safetensors, MayHoldNothing) {
  EXPECT_EQ(parse_safetensors(safetensors("{}", "")).value().size(), 0U);
  EXPECT_EQ(parse_safetensors(safetensors(R"({"t":{"dtype":"I64","shape":[0,7],"data_offsets":[0,0]}})", "")).value().size(), 1U);
}

TEST(Safetensors, RefusesWhatIsNotSound) {
  const auto one = [](std::string_view entry) { return safetensors("{\"t\":" + std::string(entry) + "}", "abcd"); };
  for (const auto& [file, says] : std::vector<std::pair<std::string, std::string>>{
           {"", "too few"},
           {std::string(7, '\0'), "too few"},
           {std::string(8, '\xff'), "longer than the file"},
           {std::string("\x03\0\0\0\0\0\0\0{}", 10), "longer than the file"},
           {std::string("\x01\xe1\xf5\x05\0\0\0\0{}", 10), "longer than the file"},
           {safetensors("[]", ""), "no JSON object"},
           {safetensors("{", ""), "not valid JSON"},
           {safetensors("{}", "x"), "goes on"},
           {one("7"), "no dtype"},
           {one(R"({"dtype":"F12","shape":[2],"data_offsets":[0,4]})"), "no dtype"},
           {one(R"({"dtype":"F16","data_offsets":[0,4]})"), "shape"},
           {one(R"({"dtype":"F16","shape":[-2],"data_offsets":[0,4]})"), "whole number"},
           {one(R"({"dtype":"F16","shape":[2.0],"data_offsets":[0,4]})"), "whole number"},
           {one(R"({"dtype":"F16","shape":[2]})"), "place"},
           {one(R"({"dtype":"F16","shape":[2],"data_offsets":[0,4,4]})"), "outside"},
           {one(R"({"dtype":"F16","shape":[2],"data_offsets":[4,0]})"), "outside"},
           {one(R"({"dtype":"F16","shape":[3],"data_offsets":[0,6]})"), "outside"},
           {one(R"({"dtype":"F16","shape":[3],"data_offsets":[0,4]})"), "what its shape says"},
           {one(R"({"dtype":"F16","shape":[9223372036854775810,2],"data_offsets":[0,4]})"), "what its shape says"},
           {one(R"({"dtype":"F16","shape":[1],"data_offsets":[0,2]})"), "goes on"},
           {one(R"({"dtype":"F16","shape":[1],"data_offsets":[2,4]})"), "gap"},
           {safetensors(R"({"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"b":{"dtype":"U8","shape":[2],"data_offsets":[1,3]}})", "abc"),
            "overlaps"},
           {safetensors(R"({"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"a":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}})", "ab"),
            "two tensors"},
       }) {
    const auto tensors = parse_safetensors(file);
    ASSERT_FALSE(tensors) << says;
    EXPECT_EQ(tensors.error().code(), Code::kCorruption);
    EXPECT_NE(tensors.error().message().find(says), std::string::npos) << tensors.error().message();
    EXPECT_FALSE(tensors.error().hint().empty());
  }
}

RC_GTEST_PROP(Safetensors, EndsWithAnAnswerWhateverIsChanged, ()) {
  std::string file = test::f32_table(3, 2, {1, 2, 3, 4, 5, 6});
  const auto at = *rc::gen::inRange<std::size_t>(0, file.size());
  file[at] = *rc::gen::arbitrary<char>();
  file.resize(*rc::gen::inRange<std::size_t>(0, file.size() + 1));
  const auto tensors = parse_safetensors(file);
  if (!tensors) return;
  for (const Tensor& tensor : *tensors) {
    RC_ASSERT(tensor.bytes.data() >= file.data() + 8 && tensor.bytes.data() + tensor.bytes.size() <= file.data() + file.size());
  }
}

}  // namespace
}  // namespace waggle::embed
