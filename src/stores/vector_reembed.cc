// vector_reembed.cc: giving a collection another model; see waggle/vectors.h.
//
// New vectors gather in a table of their own while the old ones serve. Whoever changes a vector takes its new one out again (vector_put.cc), so what
// is there when none is missing is what the contents say, and one transaction puts it in the place of the old.

#include <chrono>
#include <utility>

#include "stores/scope.h"
#include "stores/vector_rows.h"
#include "waggle/vectors.h"

namespace waggle {
namespace {

using stores::Reading;
using stores::Scope;
using stores::StoredCollection;
using stores::Writing;

// Texts that are embedded and stored at a time: enough to share a commit, few enough to let other writers in between.
constexpr std::int64_t kBatch = 500;
// For one transaction, of which the last moves all vectors.
constexpr auto kTransactionTime = std::chrono::hours(1);

struct Text {
  std::int64_t seq = 0;
  std::string id;
  std::string content;
};

class Reembedding {
 public:
  Reembedding(const Scope& scope, std::string name, const Embedder& embedder)
      : scope_(scope.with_time(kTransactionTime)), name_(std::move(name)), embedder_(embedder) {}

  // Has the collection say what is under way, and drops what another model has left.
  Status begin() const {
    return scope_.write([&](Writing& writing) -> Status {
      WAGGLE_ASSIGN_OR_RETURN(const StoredCollection stored, stores::require_collection(writing.sql, name_));
      if (is_ours(stored)) return {};
      WAGGLE_TRY(writing.sql.execute("DELETE FROM reembeddings WHERE collection = ?1", {stored.seq}));
      WAGGLE_TRY(writing.sql.execute("UPDATE collections SET next_model = ?2, next_dimensions = ?3 WHERE seq = ?1",
                                     {stored.seq, embedder_.model(), embedder_.dimensions()}));
      return writing.log(Entity::kCollection, name_, "prepare-reembed", stored.seq);
    });
  }

  // The next texts without a new vector, beginning after `seq`; empty when there is none.
  Result<std::vector<Text>> next_texts(std::int64_t seq) const {
    return scope_.read([&](Reading& reading) -> Result<std::vector<Text>> {
      WAGGLE_TRY(require(reading.sql));
      return reading.sql.query_all("SELECT v.seq, v.id, v.content FROM vectors v NOT INDEXED LEFT JOIN reembeddings r ON r.seq = v.seq"
                                   " WHERE v.collection = ?1 AND v.seq > ?2 AND r.seq IS NULL ORDER BY v.seq LIMIT ?3",
                                   {name_, seq, kBatch}, [](const sql::Row& row) { return Text{row.integer(0), row.string(1), row.string(2)}; });
    });
  }

  Status store(const std::vector<Text>& texts) const {
    WAGGLE_ASSIGN_OR_RETURN(const std::vector<float> rows, embed(texts));
    const auto dimensions = static_cast<std::size_t>(embedder_.dimensions());
    return scope_.write([&](Writing& writing) -> Status {
      WAGGLE_ASSIGN_OR_RETURN(const StoredCollection stored, require(writing.sql));
      for (std::size_t i = 0; i < texts.size(); ++i) {
        const auto numbers = std::span(rows).subspan(i * dimensions, dimensions);
        // Only while the content is still the one that was embedded.
        WAGGLE_TRY(writing.sql.execute("INSERT OR REPLACE INTO reembeddings(seq, collection, embedding)"
                                       " SELECT ?1, ?2, ?3 FROM vectors WHERE seq = ?1 AND content = ?4",
                                       {texts[i].seq, stored.seq, std::as_bytes(numbers), texts[i].content}));
      }
      return {};
    });
  }

  // The switch, if no vector is without a new one. Answers the collection as it is then.
  Result<std::optional<Collection>> finish() const {
    return scope_.write([&](Writing& writing) -> Result<std::optional<Collection>> {
      WAGGLE_ASSIGN_OR_RETURN(const StoredCollection stored, require(writing.sql));
      WAGGLE_ASSIGN_OR_RETURN(const std::int64_t made, count_made(writing.sql, stored.seq));
      if (made != stored.collection.count) return std::optional<Collection>();
      WAGGLE_TRY(writing.sql.execute("UPDATE vectors SET embedding = (SELECT r.embedding FROM reembeddings r WHERE r.seq = vectors.seq)"
                                     " WHERE collection = ?1",
                                     {name_}));
      WAGGLE_TRY(writing.sql.execute("UPDATE collections SET model = next_model, dimensions = next_dimensions, next_model = NULL,"
                                     " next_dimensions = NULL, generation = generation + 1, version = version + 1 WHERE seq = ?1",
                                     {stored.seq}));
      WAGGLE_TRY(writing.sql.execute("DELETE FROM reembeddings WHERE collection = ?1", {stored.seq}));
      WAGGLE_TRY(writing.log(Entity::kCollection, name_, "reembed", stored.seq));
      WAGGLE_ASSIGN_OR_RETURN(StoredCollection done, stores::require_collection(writing.sql, name_));
      return std::optional(std::move(done.collection));
    });
  }

  Result<bool> report(const Reembed& reembed) const {
    if (!reembed.progress) return true;
    return scope_.read([&](Reading& reading) -> Result<bool> {
      WAGGLE_ASSIGN_OR_RETURN(const StoredCollection stored, stores::require_collection(reading.sql, name_));
      WAGGLE_ASSIGN_OR_RETURN(const std::int64_t made, count_made(reading.sql, stored.seq));
      return reembed.progress(made, stored.collection.count);
    });
  }

 private:
  static Result<std::int64_t> count_made(sql::Reader& sql, std::int64_t collection_seq) {
    return sql.query_integer("SELECT count(*) FROM reembeddings WHERE collection = ?1", {collection_seq});
  }

  bool is_ours(const StoredCollection& stored) const {
    return stored.collection.next_model == embedder_.model() && stored.next_dimensions == embedder_.dimensions();
  }

  Result<StoredCollection> require(sql::Reader& sql) const {
    WAGGLE_ASSIGN_OR_RETURN(StoredCollection stored, stores::require_collection(sql, name_));
    if (is_ours(stored)) return stored;
    return Error(Code::kConflict, "the collection \"" + name_ + "\" is being given another model, or was given one meanwhile",
                 "`waggle vector stats` shows which; reembed again if it is to be " + embedder_.model());
  }

  Result<std::vector<float>> embed(const std::vector<Text>& texts) const {
    std::vector<std::string_view> contents;
    contents.reserve(texts.size());
    for (const Text& text : texts) contents.push_back(text.content);
    Result<std::vector<float>> rows = embedder_.embed(contents);
    if (!rows) return name_text(texts, rows.error());
    if (rows->size() != texts.size() * static_cast<std::size_t>(embedder_.dimensions())) {
      return Error(Code::kInvalidArgument, "the embedder " + embedder_.model() + " answered " + std::to_string(rows->size()) + " numbers for " +
                                               std::to_string(texts.size()) + " texts");
    }
    return rows;
  }

  // An embedder knows a text by its place only.
  Error name_text(const std::vector<Text>& texts, const Error& error) const {
    for (const Text& text : texts) {
      const auto row = embedder_.embed_one(text.content);
      if (row) continue;
      return Error(row.error().code(), "the vector \"" + text.id + "\": " + row.error().message(),
                   "give it a content that can be embedded, or remove it, and reembed again");
    }
    return error;
  }

  const Scope scope_;
  const std::string name_;
  const Embedder& embedder_;
};

}  // namespace

Result<Collection> VectorCollection::reembed(const Embedder& embedder, const Reembed& reembed) {
  if (scope_->is_bound()) return Error(Code::kUnsupported, "a collection is not reembedded inside of a transaction", "call reembed outside of it");
  const Reembedding work(*scope_, name_, embedder);
  WAGGLE_TRY(work.begin());
  for (std::int64_t seq = 0;;) {
    WAGGLE_ASSIGN_OR_RETURN(const std::vector<Text> texts, work.next_texts(seq));
    if (!texts.empty()) {
      WAGGLE_TRY(work.store(texts));
      seq = texts.back().seq;
    } else {
      WAGGLE_ASSIGN_OR_RETURN(std::optional<Collection> done, work.finish());
      if (done) return *std::move(done);
      seq = 0;  // what was changed meanwhile
    }
    WAGGLE_ASSIGN_OR_RETURN(const bool goes_on, work.report(reembed));
    if (!goes_on || scope_->stop().stop_requested()) {
      return Error(Code::kCancelled, "the reembedding was stopped", "the same call goes on where it ended; the collection is as it was");
    }
  }
}

}  // namespace waggle
