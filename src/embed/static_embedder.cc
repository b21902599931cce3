// static_embedder.cc: the embedder of a folder with a table of token vectors and its tokenizer.

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "base/mapped_file.h"
#include "base/result.h"
#include "embed/rows.h"
#include "embed/safetensors.h"
#include "embed/stable_hash.h"
#include "embed/token_table.h"
#include "embed/tokenizer_json.h"
#include "waggle/embedder.h"

namespace waggle {

namespace {

constexpr const char* kTokenizerFile = "tokenizer.json";
constexpr const char* kTableEnding = ".safetensors";

static_assert(embed::TokenTable::kDimensionsMax == Embedder::kDimensionsMax);

Error in_file(const std::string& path, const Error& error) { return Error(error.code(), path + ": " + error.message(), error.hint()); }

// The one file of the folder that holds a table.
Result<std::string> find_table(const std::string& folder) {
  std::vector<std::string> found;
  std::error_code failure;
  for (std::filesystem::directory_iterator entry(folder, failure), end; !failure && entry != end; entry.increment(failure)) {
    if (entry->path().extension() == kTableEnding) found.push_back(entry->path().string());
  }
  if (failure) return Error(Code::kNotFound, folder + ": cannot be listed: " + failure.message(), "name a folder that can be read");
  if (found.size() == 1) return found.front();
  return Error(found.empty() ? Code::kNotFound : Code::kUnsupported,
               folder + ": has " + std::to_string(found.size()) + " files that end in " + kTableEnding, "name a folder with one");
}

std::string hex(std::uint64_t number) {
  std::string digits;
  for (int shift = 60; shift >= 0; shift -= 4) digits += "0123456789abcdef"[number >> shift & 0xfU];
  return digits;
}

class StaticEmbedder final : public Embedder {
 public:
  struct Parts {
    base::MappedFile file;  // the table's bytes
    embed::TokenTable table;
    embed::Tokenizer tokenizer;
    std::string model;
    std::string path;  // of the table
  };
  explicit StaticEmbedder(Parts parts) : parts_(std::move(parts)) {}

  const std::string& model() const override { return parts_.model; }
  std::int64_t dimensions() const override { return static_cast<std::int64_t>(parts_.table.dimensions()); }

  Result<std::vector<float>> embed(std::span<const std::string_view> texts) const override {
    WAGGLE_TRY(embed::check_texts(texts));
    const std::size_t dimensions = parts_.table.dimensions();
    std::vector<float> rows(texts.size() * dimensions);
    embed::Tokenizer::Scratch scratch;
    std::vector<embed::TokenId> tokens;
    for (std::size_t i = 0; i < texts.size(); ++i) {
      const std::span<float> row = std::span(rows).subspan(i * dimensions, dimensions);
      WAGGLE_TRY(parts_.tokenizer.encode(texts[i], scratch, tokens));
      WAGGLE_TRY(add_rows(tokens, row));
      // The mean is the sum, up to its length.
      if (!embed::scale_to_unit(row)) return embed::nothing_to_embed(i, texts.size());
    }
    return rows;
  }

 private:
  Status add_rows(const std::vector<embed::TokenId>& tokens, std::span<float> sum) const {
    for (const embed::TokenId token : tokens) {
      if (!parts_.table.add_row(token, sum)) {
        return Error(Code::kCorruption, parts_.path + ": the vector of token " + std::to_string(token) + " holds an infinity or a NaN",
                     "fetch or copy the file again");
      }
    }
    return {};
  }

  Parts parts_;
};

}  // namespace

Result<std::unique_ptr<Embedder>> open_static_embedder(const std::string& folder) {
  WAGGLE_ASSIGN_OR_RETURN(std::string table_path, find_table(folder));
  const std::string tokenizer_path = folder + "/" + kTokenizerFile;
  WAGGLE_ASSIGN_OR_RETURN(const base::MappedFile tokenizer_file, base::MappedFile::open(tokenizer_path));
  auto tokenizer = embed::parse_tokenizer(tokenizer_file.text());
  if (!tokenizer) return in_file(tokenizer_path, tokenizer.error());

  WAGGLE_ASSIGN_OR_RETURN(base::MappedFile table_file, base::MappedFile::open(table_path));
  const auto tensors = embed::parse_safetensors(table_file.text());
  if (!tensors) return in_file(table_path, tensors.error());
  const auto table = embed::TokenTable::choose(*tensors);
  if (!table) return in_file(table_path, table.error());
  if (tokenizer->greatest_id() >= table->rows()) {
    return Error(Code::kCorruption,
                 table_path + ": has " + std::to_string(table->rows()) + " rows, and " + tokenizer_path + " a token " +
                     std::to_string(tokenizer->greatest_id()),
                 "take both files from the same place");
  }
  const std::uint64_t content = embed::stable_hash(table_file.text(), embed::stable_hash(tokenizer_file.text()));
  std::string model = "static-" + std::to_string(table->dimensions()) + "-" + hex(content);
  return std::make_unique<StaticEmbedder>(
      StaticEmbedder::Parts{std::move(table_file), *table, *std::move(tokenizer), std::move(model), std::move(table_path)});
}

}  // namespace waggle
