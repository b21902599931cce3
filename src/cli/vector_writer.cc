// vector_writer.cc: see vector_writer.h.

#include "cli/vector_writer.h"

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string_view>
#include <system_error>
#include <utility>

#include "base/json.h"
#include "cli/npy.h"

namespace waggle::cli {
namespace {

// A file that is written beside its name, and takes the name when it is whole.
class Sink {
 public:
  static Result<Sink> create(const std::string& path) {
    Sink sink;
    sink.path_ = path;
    sink.stream_.open(sink.beside(), std::ios::binary | std::ios::trunc);
    if (!sink.stream_) return Error(Code::kIo, "cannot write " + sink.beside(), "choose a folder that can be written");
    return sink;
  }
  ~Sink() {
    if (!stream_.is_open()) return;
    stream_.close();
    std::error_code ignored;
    std::filesystem::remove(beside(), ignored);
  }
  Sink(Sink&&) = default;
  Sink& operator=(Sink&&) = delete;

  Status write(std::string_view bytes) {
    stream_.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    return state();
  }
  Status finish() {
    stream_.close();
    WAGGLE_TRY(state());
    std::error_code failed;
    std::filesystem::rename(beside(), path_, failed);
    return failed ? Error(Code::kIo, "cannot write " + path_ + ": " + failed.message()) : Status();
  }

 private:
  Sink() = default;
  std::string beside() const { return path_ + ".partial"; }
  Status state() const { return stream_ ? Status() : Error(Code::kIo, "cannot write " + beside(), "is the disk full?"); }

  std::string path_;
  std::ofstream stream_;
};

class NpyWriter final : public VectorWriter {
 public:
  explicit NpyWriter(Sink sink) : sink_(std::move(sink)) {}
  Status begin(const Shape& shape) { return sink_.write(npy_header(shape.rows, shape.dimensions)); }
  Status add(const VectorEntry& entry) override {
    return sink_.write({reinterpret_cast<const char*>(entry.embedding.data()), entry.embedding.size() * sizeof(float)});
  }
  Status finish() override { return sink_.finish(); }

 private:
  Sink sink_;
};

class FvecsWriter final : public VectorWriter {
 public:
  explicit FvecsWriter(Sink sink) : sink_(std::move(sink)) {}
  Status add(const VectorEntry& entry) override {
    const auto dimensions = static_cast<std::int32_t>(entry.embedding.size());
    WAGGLE_TRY(sink_.write({reinterpret_cast<const char*>(&dimensions), sizeof(dimensions)}));
    return sink_.write({reinterpret_cast<const char*>(entry.embedding.data()), entry.embedding.size() * sizeof(float)});
  }
  Status finish() override { return sink_.finish(); }

 private:
  Sink sink_;
};

class JsonlWriter final : public VectorWriter {
 public:
  explicit JsonlWriter(Sink sink) : sink_(std::move(sink)) {}
  Status add(const VectorEntry& entry) override {
    base::JsonWriter json;
    json.begin_object().key("id").string(entry.id).key("content").string(entry.content).key("metadata");
    if (entry.metadata)
      json.raw(entry.metadata->text);
    else
      json.null();
    json.key("embedding").begin_array();
    for (const float number : entry.embedding) json.number(number);
    json.end_array().end_object();
    return sink_.write(json.text() + "\n");
  }
  Status finish() override { return sink_.finish(); }

 private:
  Sink sink_;
};

}  // namespace

Result<std::unique_ptr<VectorWriter>> VectorWriter::create(const std::string& path, const Shape& shape) {
  using Answer = Result<std::unique_ptr<VectorWriter>>;
  const std::string ending = std::filesystem::path(path).extension();
  if (ending != ".npy" && ending != ".fvecs" && ending != ".jsonl") {
    return Error(Code::kInvalidArgument, "the name " + path + " does not say what kind of file it is", "end it with .npy, .fvecs or .jsonl");
  }
  WAGGLE_ASSIGN_OR_RETURN(Sink sink, Sink::create(path));
  if (ending == ".fvecs") return Answer(std::make_unique<FvecsWriter>(std::move(sink)));
  if (ending == ".jsonl") return Answer(std::make_unique<JsonlWriter>(std::move(sink)));
  auto writer = std::make_unique<NpyWriter>(std::move(sink));
  WAGGLE_TRY(writer->begin(shape));
  return Answer(std::move(writer));
}

}  // namespace waggle::cli
