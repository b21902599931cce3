// vector_data.cc: `waggle vector import` and `waggle vector export`.

#include "cli/commands/vector_data.h"

#include <chrono>
#include <memory>

#include "cli/progress.h"
#include "cli/vector_reader.h"
#include "cli/vector_writer.h"

namespace waggle::cli {

namespace {

// A transaction for so many vectors: enough to share its sync among them, few enough to let other writers in between.
constexpr std::size_t kBatch = 1'000;

struct Given {
  std::string collection;
  std::string path;
};

void declare(Arguments& arguments, Given& given, const char* file_help) {
  arguments.positional({"NAME", "", "The collection"}, given.collection);
  arguments.positional({"FILE", "", file_help}, given.path);
}

Progress::Options drawing(const Call& call) {
  return {.descriptor = call.streams().err, .drawing = call.draws_progress() ? Progress::Drawing::kOn : Progress::Drawing::kOff};
}

Result<std::int64_t> import_all(Call& call, VectorCollection collection, VectorReader& reader) {
  Progress progress("import", drawing(call));
  std::int64_t imported = 0;
  std::vector<PutVector> batch;
  for (bool is_over = false; !is_over;) {
    WAGGLE_ASSIGN_OR_RETURN(std::optional<PutVector> next, reader.next());
    is_over = !next;
    if (next) batch.push_back(*std::move(next));
    if (batch.size() == kBatch || (is_over && !batch.empty())) {
      WAGGLE_ASSIGN_OR_RETURN(const std::int64_t stored, collection.upsert_many(batch));
      imported += stored;
      batch.clear();
      progress.show(reader.done(), reader.total());
    }
    if (call.stop().stop_requested()) {
      return Error(Code::kCancelled, "the import was stopped by a signal",
                   std::to_string(imported) + " vectors are in; the same call begins anew and replaces them");
    }
  }
  return imported;
}

Status export_all(Call& call, VectorCollection collection, VectorWriter& writer, std::int64_t count) {
  Progress progress("export", drawing(call));
  PageRequest page{.limit = static_cast<std::int64_t>(kBatch), .cursor = {}};
  std::int64_t written = 0;
  while (true) {
    WAGGLE_ASSIGN_OR_RETURN(const Page<VectorEntry> some, collection.list(page, Embedding::kIncluded));
    for (const VectorEntry& entry : some.items) WAGGLE_TRY(writer.add(entry));
    written += static_cast<std::int64_t>(some.items.size());
    progress.show(written, count);
    if (call.stop().stop_requested()) return Error(Code::kCancelled, "the export was stopped by a signal", "no file was written");
    if (!some.next) break;
    page.cursor = *some.next;
  }
  if (written != count) return Error(Code::kConflict, "vectors came or went during the export", "export again");
  return writer.finish();
}

}  // namespace

Result<ReindexReport> build_index(Call& call, VectorCollection collection, Reindex::From from) {
  Progress progress("index", drawing(call));
  const auto show = [&](std::int64_t done, std::int64_t total) {
    progress.show(done, total);
    return !call.stop().stop_requested();
  };
  return collection.reindex({.from = from, .progress = show});
}

Result<Collection> reembed_all(Call& call, VectorCollection collection, const Embedder& embedder) {
  Progress progress("reembed", drawing(call));
  const auto show = [&](std::int64_t done, std::int64_t total) {
    progress.show(done, total);
    return !call.stop().stop_requested();
  };
  return collection.reembed(embedder, {.progress = show});
}

Action import_vectors(Arguments& arguments) {
  const auto given = Arguments::keep<Given>();
  declare(arguments, *given, "A .npy, .fvecs or .jsonl file; rows without an id get their number, from 0");
  arguments.note("A line of a .jsonl file is an object with \"embedding\", and with \"id\", \"content\" and \"metadata\" where there are any.\n"
                 "Vectors that are there already are replaced. Each 1,000 are one transaction.");
  arguments.example("waggle vector import docs embeddings.npy", "the rows get the ids 0, 1, 2 ...");
  return [given](Call& call) -> Ending {
    WAGGLE_ASSIGN_OR_RETURN(const std::unique_ptr<VectorReader> reader, VectorReader::open(given->path));
    WAGGLE_ASSIGN_OR_RETURN(const Session session, call.session());
    const auto begin = base::steady_now();
    WAGGLE_ASSIGN_OR_RETURN(const std::int64_t imported, import_all(call, session.vectors().in(given->collection), *reader));
    // One that is to be searched by a graph gets it now; else the first searches would look at every vector.
    WAGGLE_ASSIGN_OR_RETURN(const Collection collection, session.vectors().get(given->collection));
    if (collection.index == IndexKind::kHnsw) {
      const Result<ReindexReport> indexed = build_index(call, session.vectors().in(given->collection), Reindex::From::kPresent);
      if (!indexed) call.note("the vectors are in, the index is not: " + indexed.error().describe());
    }
    const double seconds = std::chrono::duration<double>(base::steady_now() - begin).count();
    return call.out().object(Record().integer("imported", imported).number("seconds", seconds));
  };
}

Action export_vectors(Arguments& arguments) {
  const auto given = Arguments::keep<Given>();
  declare(arguments, *given, "The new file, .npy, .fvecs or .jsonl; only the last keeps ids, texts and metadata");
  arguments.example("waggle vector export docs docs.jsonl", "everything, a line a vector");
  return [given](Call& call) -> Ending {
    WAGGLE_ASSIGN_OR_RETURN(const Session session, call.session());
    WAGGLE_ASSIGN_OR_RETURN(const Collection collection, session.vectors().get(given->collection));
    WAGGLE_ASSIGN_OR_RETURN(const std::unique_ptr<VectorWriter> writer,
                            VectorWriter::create(given->path, {.rows = collection.count, .dimensions = collection.dimensions}));
    WAGGLE_TRY(export_all(call, session.vectors().in(given->collection), *writer, collection.count));
    return call.out().object(Record().text("path", given->path).integer("exported", collection.count));
  };
}

}  // namespace waggle::cli
