// vector_reader.cc: see vector_reader.h.

#include "cli/vector_reader.h"

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <system_error>
#include <utility>

#include "base/json_tree.h"
#include "cli/npy.h"

namespace waggle::cli {
namespace {

using base::JsonTree;

Result<std::vector<float>> numbers_of(const JsonTree& json) {
  const auto* const items = json.as<JsonTree::Array>();
  if (items == nullptr || !std::all_of(items->begin(), items->end(), [](const JsonTree& item) { return item.is_number(); })) {
    return Error(Code::kInvalidArgument, "a vector is a JSON array of numbers", "give, for example, [0.5,-1,2e-3], or @FILE.npy");
  }
  std::vector<float> numbers;
  numbers.reserve(items->size());
  for (const JsonTree& item : *items) numbers.push_back(static_cast<float>(item.number()));
  return numbers;
}

Error at_place(const Error& error, const std::string& path, const std::string& place) {
  return {error.code(), path + ", " + place + ": " + error.message(), error.hint()};
}

// An open file and its length.
struct Source {
  std::string path;
  std::ifstream stream;
  std::int64_t bytes = 0;
  std::int64_t done = 0;

  // False at the end of the file. io when less than `size` bytes are left.
  Result<bool> read(std::string& out, std::size_t size) {
    out.resize(size);
    stream.read(out.data(), static_cast<std::streamsize>(size));
    const auto got = static_cast<std::size_t>(stream.gcount());
    if (got == 0) return false;
    if (got != size) return Error(Code::kInvalidArgument, path + " ends in the middle of a vector", "it was cut off: write it anew");
    done += static_cast<std::int64_t>(size);
    return true;
  }
};

Result<Source> open_source(const std::string& path) {
  std::error_code failed;
  const auto size = std::filesystem::file_size(path, failed);
  Source source{.path = path, .stream = std::ifstream(path, std::ios::binary), .bytes = 0};
  if (failed || !source.stream) return Error(Code::kNotFound, "cannot read " + path, "give the path of a .npy, .fvecs or .jsonl file");
  source.bytes = static_cast<std::int64_t>(size);
  return source;
}

class SourceReader : public VectorReader {
 public:
  explicit SourceReader(Source source) : source_(std::move(source)) {}
  std::int64_t done() const override { return source_.done; }
  std::int64_t total() const override { return source_.bytes; }

 protected:
  PutVector numbered(std::vector<float> embedding) { return {.id = std::to_string(row_++), .embedding = std::move(embedding)}; }

  Source source_;         // NOLINT(misc-non-private-member-variables-in-classes)
  std::int64_t row_ = 0;  // NOLINT(misc-non-private-member-variables-in-classes)
};

class NpyReader final : public SourceReader {
 public:
  NpyReader(Source source, const NpyHeader& header) : SourceReader(std::move(source)), header_(header) {}

  Result<std::optional<PutVector>> next() override {
    if (row_ == header_.rows) return std::optional<PutVector>();
    std::string bytes;
    WAGGLE_ASSIGN_OR_RETURN(const bool is_there, source_.read(bytes, header_.row_bytes()));
    if (!is_there) return Error(Code::kInvalidArgument, source_.path + " became shorter while it was read");
    return std::optional(numbered(decode_npy_row(header_, bytes)));
  }

 private:
  NpyHeader header_;
};

class FvecsReader final : public SourceReader {
 public:
  using SourceReader::SourceReader;

  Result<std::optional<PutVector>> next() override {
    std::string bytes;
    WAGGLE_ASSIGN_OR_RETURN(const bool is_there, source_.read(bytes, sizeof(std::int32_t)));
    if (!is_there) return std::optional<PutVector>();
    std::int32_t dimensions = 0;
    std::memcpy(&dimensions, bytes.data(), sizeof(dimensions));
    if (dimensions < 1 || dimensions > NewCollection::kDimensionsMax) {
      return Error(Code::kInvalidArgument,
                   source_.path + ", vector " + std::to_string(row_) + " says it has " + std::to_string(dimensions) + " numbers",
                   "is it a .fvecs file?");
    }
    std::vector<float> numbers(static_cast<std::size_t>(dimensions));
    WAGGLE_ASSIGN_OR_RETURN(const bool has_numbers, source_.read(bytes, numbers.size() * sizeof(float)));
    if (!has_numbers) return Error(Code::kInvalidArgument, source_.path + " ends in the middle of a vector", "it was cut off: write it anew");
    std::memcpy(numbers.data(), bytes.data(), bytes.size());
    return std::optional(numbered(std::move(numbers)));
  }
};

class JsonlReader final : public SourceReader {
 public:
  using SourceReader::SourceReader;

  Result<std::optional<PutVector>> next() override {
    std::string line;
    do {
      if (!std::getline(source_.stream, line)) return std::optional<PutVector>();
      source_.done += static_cast<std::int64_t>(line.size()) + 1;
      ++line_;
    } while (line.empty());
    Result<PutVector> vector = parse(line);
    if (!vector) return at_place(vector.error(), source_.path, "line " + std::to_string(line_));
    return std::optional(*std::move(vector));
  }

 private:
  Result<PutVector> parse(const std::string& line) {
    const Result<std::vector<base::JsonMemberText>> members = base::split_json_object(line);
    if (!members) return Error(Code::kInvalidArgument, members.error().message(), R"(write {"id":"a","embedding":[1,2],"content":"..."})");
    PutVector vector = numbered({});
    for (const base::JsonMemberText& member : *members) WAGGLE_TRY(take(member, vector));
    return vector;
  }

  static Status take(const base::JsonMemberText& member, PutVector& vector) {
    if (member.key == "metadata") {
      if (member.value != "null") vector.metadata = Json(member.value);
      return {};
    }
    WAGGLE_ASSIGN_OR_RETURN(const JsonTree value, base::parse_json_tree(member.value));
    const auto* const text = value.as<std::string>();
    if (member.key == "embedding" || member.key == "vector") {
      WAGGLE_ASSIGN_OR_RETURN(vector.embedding, numbers_of(value));
    } else if (member.key == "id") {
      const auto* const number = value.as<std::int64_t>();
      if (text == nullptr && number == nullptr) return Error(Code::kInvalidArgument, "its id is neither a string nor a whole number");
      vector.id = text != nullptr ? *text : std::to_string(*number);
    } else if (member.key == "content" && text != nullptr) {
      vector.content = *text;
    }
    return {};
  }

  std::int64_t line_ = 0;
};

Error unknown_ending(const std::string& path) {
  return {Code::kInvalidArgument, "the name " + path + " does not say what kind of file it is", "end it with .npy, .fvecs or .jsonl"};
}

}  // namespace

Result<std::vector<float>> parse_vector(std::string_view json) {
  WAGGLE_ASSIGN_OR_RETURN(const JsonTree tree, base::parse_json_tree(json));
  return numbers_of(tree);
}

Result<std::unique_ptr<VectorReader>> VectorReader::open(const std::string& path) {
  constexpr std::size_t kHeadMax = std::size_t{64} << 10;
  using Answer = Result<std::unique_ptr<VectorReader>>;
  const std::string ending = std::filesystem::path(path).extension();
  if (ending != ".npy" && ending != ".fvecs" && ending != ".jsonl") return unknown_ending(path);
  WAGGLE_ASSIGN_OR_RETURN(Source source, open_source(path));
  if (ending == ".fvecs") return Answer(std::make_unique<FvecsReader>(std::move(source)));
  if (ending == ".jsonl") return Answer(std::make_unique<JsonlReader>(std::move(source)));
  std::string head(kHeadMax, '\0');
  source.stream.read(head.data(), static_cast<std::streamsize>(head.size()));
  head.resize(static_cast<std::size_t>(source.stream.gcount()));
  const Result<NpyHeader> header = parse_npy_header(head, source.bytes);
  if (!header) return Error(header.error().code(), path + ": " + header.error().message(), header.error().hint());
  source.stream.clear();
  source.stream.seekg(static_cast<std::streamoff>(header->header_bytes));
  source.done = static_cast<std::int64_t>(header->header_bytes);
  return Answer(std::make_unique<NpyReader>(std::move(source), *header));
}

Result<std::vector<std::vector<float>>> read_vectors(const std::string& given) {
  std::vector<std::vector<float>> vectors;
  if (!given.starts_with('@')) {
    WAGGLE_ASSIGN_OR_RETURN(std::vector<float> one, parse_vector(given));
    vectors.push_back(std::move(one));
    return vectors;
  }
  WAGGLE_ASSIGN_OR_RETURN(const std::unique_ptr<VectorReader> reader, VectorReader::open(given.substr(1)));
  while (true) {
    WAGGLE_ASSIGN_OR_RETURN(std::optional<PutVector> next, reader->next());
    if (!next) return vectors;
    vectors.push_back(std::move(next->embedding));
  }
}

}  // namespace waggle::cli
