// Which embedder a name or a model means.

#include "cli/embedder_choice.h"

#include <gtest/gtest.h>

#include "embed/tiny_model.h"
#include "support/files.h"
#include "support/temp_dir.h"

namespace waggle::cli {
namespace {

class EmbedderChoiceTest : public ::testing::Test {
 protected:
  EmbedderChoiceTest() {
    folder_
        .add("mine",
             [](const std::string& folder) -> Status {
               test::write_file(folder + "/table.safetensors", test::f32_table(test::kTinyTokens, 2, std::vector<float>(2 * test::kTinyTokens, 1)));
               test::write_file(folder + "/tokenizer.json", test::tiny_tokenizer());
               return {};
             })
        .value();
  }

  test::TempDir temp_;
  EmbedderFolder folder_{temp_.file("embedders")};
};

TEST_F(EmbedderChoiceTest, GoesByName) {
  EXPECT_EQ(embedder_of_name(folder_, "hashing").value()->model(), "hashing-v1-384");
  EXPECT_EQ(embedder_of_name(folder_, "mine").value()->dimensions(), 2);
  EXPECT_EQ(embedder_of_name(folder_, "nosuch").error().code(), Code::kNotFound);
  EXPECT_EQ(embedder_of_name(folder_, "../embedders/mine").error().code(), Code::kNotFound);
}

TEST_F(EmbedderChoiceTest, GoesByModel) {
  EXPECT_EQ(embedder_of_model(folder_, "hashing-v1-128").value()->dimensions(), 128);
  const std::string model = embedder_of_name(folder_, "mine").value()->model();
  EXPECT_EQ(embedder_of_model(folder_, model).value()->model(), model);
  for (const char* const unknown : {"mini", "hashing-v2-128", "hashing-v1-", "hashing-v1-12x", ""}) {
    EXPECT_EQ(embedder_of_model(folder_, unknown).error().code(), Code::kNotFound) << unknown;
  }
  EXPECT_EQ(embedder_of_model(folder_, "hashing-v1-0").error().code(), Code::kInvalidArgument);
  test::write_file(folder_.path_of("mine") + "/tokenizer.json", "damaged");
  EXPECT_EQ(embedder_of_model(folder_, model).error().code(), Code::kNotFound);
}

}  // namespace
}  // namespace waggle::cli
