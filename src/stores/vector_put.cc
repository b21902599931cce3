// vector_put.cc: storing, reading and removing vectors; see waggle/vectors.h.

#include <unordered_map>
#include <utility>

#include "base/text.h"
#include "stores/limits.h"
#include "stores/paging.h"
#include "stores/scope.h"
#include "stores/vector_rows.h"
#include "waggle/vectors.h"

namespace waggle {
namespace {

using stores::Reading;
using stores::StoredCollection;
using stores::Writing;

constexpr std::string_view kList = "vectors";
constexpr std::size_t kBatchMax = 100'000;

// A request that was checked as far as that needs no database, with its metadata in the form in which it is stored.
struct Prepared {
  const PutVector* request = nullptr;
  std::optional<Json> metadata;
};

Result<Prepared> prepare(const PutVector& request) {
  WAGGLE_TRY(base::check_name("vector's id", request.id, PutVector::kIdBytesMax));
  WAGGLE_TRY(base::check_text("vector's content", request.content, PutVector::kContentBytesMax));
  Prepared prepared{.request = &request, .metadata = std::nullopt};
  if (request.metadata) {
    WAGGLE_ASSIGN_OR_RETURN(std::string metadata, stores::checked_document("the metadata of a vector", *request.metadata));
    if (metadata.front() != '{') return Error(Code::kInvalidArgument, "the metadata of a vector is a JSON object");
    prepared.metadata = Json(std::move(metadata));
  }
  return prepared;
}

// A vector in the change log: names of collections have no '/'.
std::string log_id(std::string_view collection, std::string_view id) {
  std::string name(collection);
  name += '/';
  name += id;
  return name;
}

struct Present {
  std::int64_t seq = 0;
  Timestamp created_at;
};

Result<std::optional<Present>> find(sql::Reader& sql, std::string_view collection, std::string_view id) {
  return sql.query_one("SELECT seq, created_at FROM vectors WHERE collection = ?1 AND id = ?2", {collection, id},
                       [](const sql::Row& row) { return Present{row.integer(0), row.timestamp(1)}; });
}

// One transaction's changes to one collection.
class CollectionChange {
 public:
  static Result<CollectionChange> begin(Writing& writing, std::string_view collection) {
    WAGGLE_ASSIGN_OR_RETURN(StoredCollection stored, stores::require_collection(writing.sql, collection));
    return CollectionChange(writing, std::move(stored.collection));
  }

  enum class IfPresent : std::uint8_t { kRefuse, kReplace };

  Result<VectorEntry> put(const Prepared& prepared, IfPresent if_present) {
    const PutVector& request = *prepared.request;
    WAGGLE_TRY(stores::check_model("the vector \"" + request.id + "\"", request.model, collection_));
    WAGGLE_TRY(stores::check_vector("the vector \"" + request.id + "\"", request.embedding, collection_));
    WAGGLE_ASSIGN_OR_RETURN(const std::optional<Present> present, find(writing_.sql, collection_.name, request.id));
    if (present && if_present == IfPresent::kRefuse) {
      return Error(Code::kAlreadyExists, "the collection has a vector of this id", "choose another id, or upsert to replace it");
    }
    const std::span<const std::byte> embedding = std::as_bytes(std::span(request.embedding));
    std::int64_t seq = present ? present->seq : 0;
    if (present) {
      WAGGLE_TRY(forget_next(seq));
      WAGGLE_TRY(writing_.sql.execute("UPDATE vectors SET content = ?2, metadata = ?3, agent_id = ?4, updated_at = ?5, embedding = ?6 WHERE seq = ?1",
                                      {present->seq, request.content, prepared.metadata, writing_.actor, writing_.now, embedding}));
    } else {
      WAGGLE_ASSIGN_OR_RETURN(
          const sql::Writer::Outcome outcome,
          writing_.sql.execute("INSERT INTO vectors(id, collection, content, metadata, agent_id, created_at, updated_at, embedding)"
                               " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?6, ?7)",
                               {request.id, collection_.name, request.content, prepared.metadata, writing_.actor, writing_.now, embedding}));
      seq = outcome.last_insert_rowid;
      ++added_;
    }
    WAGGLE_TRY(writing_.log(Entity::kVector, log_id(collection_.name, request.id), present ? "update" : "insert", seq));
    return VectorEntry{.collection = collection_.name,
                       .id = request.id,
                       .content = request.content,
                       .metadata = prepared.metadata,
                       .agent_id = writing_.actor,
                       .created_at = present ? present->created_at : writing_.now,
                       .updated_at = writing_.now};
  }

  Result<VectorEntry> remove(std::string_view id) {
    std::int64_t seq = 0;
    WAGGLE_ASSIGN_OR_RETURN(const std::optional<VectorEntry> found,
                            writing_.sql.query_one("SELECT " WAGGLE_VECTOR_COLUMNS " FROM vectors WHERE collection = ?1 AND id = ?2",
                                                   {collection_.name, id}, [&](const sql::Row& row) {
                                                     seq = row.integer(0);
                                                     return stores::read_vector(row, collection_.name);
                                                   }));
    if (!found) return Error(Code::kNotFound, "the collection has no vector of this id");
    WAGGLE_TRY(writing_.sql.execute("DELETE FROM vectors WHERE collection = ?1 AND id = ?2", {collection_.name, id}));
    WAGGLE_TRY(forget_next(seq));
    --added_;
    WAGGLE_TRY(writing_.log(Entity::kVector, log_id(collection_.name, id), "remove", seq));
    return *found;
  }

  // Once, after the last of them.
  Status end() {
    WAGGLE_TRY(writing_.sql.execute("UPDATE collections SET count = count + ?2, version = version + 1 WHERE name = ?1", {collection_.name, added_}));
    return {};
  }

 private:
  // What a reembed has made of the content that it had until now.
  Status forget_next(std::int64_t seq) {
    if (!collection_.next_model) return {};
    WAGGLE_TRY(writing_.sql.execute("DELETE FROM reembeddings WHERE seq = ?1", {seq}));
    return {};
  }

  CollectionChange(Writing& writing, Collection collection) : writing_(writing), collection_(std::move(collection)) {}

  Writing& writing_;
  Collection collection_;
  std::int64_t added_ = 0;
};

Result<VectorEntry> put_one(const stores::Scope& scope, std::string_view collection, const PutVector& vector,
                            CollectionChange::IfPresent if_present) {
  WAGGLE_ASSIGN_OR_RETURN(const Prepared prepared, prepare(vector));
  return scope.write([&](Writing& writing) -> Result<VectorEntry> {
    WAGGLE_ASSIGN_OR_RETURN(CollectionChange change, CollectionChange::begin(writing, collection));
    WAGGLE_ASSIGN_OR_RETURN(VectorEntry entry, change.put(prepared, if_present));
    WAGGLE_TRY(change.end());
    return entry;
  });
}

}  // namespace

Result<VectorEntry> VectorCollection::insert(const PutVector& vector) {
  return put_one(*scope_, name_, vector, CollectionChange::IfPresent::kRefuse);
}

Result<VectorEntry> VectorCollection::upsert(const PutVector& vector) {
  return put_one(*scope_, name_, vector, CollectionChange::IfPresent::kReplace);
}

Result<VectorEntry> VectorCollection::insert_with_embedding(std::string id, std::string content, std::vector<float> embedding,
                                                            std::optional<Json> metadata) {
  return insert({.id = std::move(id), .embedding = std::move(embedding), .content = std::move(content), .metadata = std::move(metadata)});
}

Result<std::int64_t> VectorCollection::upsert_many(std::span<const PutVector> vectors) {
  if (vectors.empty() || vectors.size() > kBatchMax) {
    return Error(Code::kInvalidArgument, "1 to " + std::to_string(kBatchMax) + " vectors are stored at once", "split them over several calls");
  }
  std::vector<Prepared> all;
  all.reserve(vectors.size());
  for (const PutVector& vector : vectors) {
    WAGGLE_ASSIGN_OR_RETURN(Prepared prepared, prepare(vector));
    all.push_back(std::move(prepared));
  }
  return scope_->write_all_or_none([&](Writing& writing) -> Result<std::int64_t> {
    WAGGLE_ASSIGN_OR_RETURN(CollectionChange change, CollectionChange::begin(writing, name_));
    for (const Prepared& prepared : all) WAGGLE_TRY(change.put(prepared, CollectionChange::IfPresent::kReplace));
    WAGGLE_TRY(change.end());
    return static_cast<std::int64_t>(all.size());
  });
}

Result<VectorEntry> VectorCollection::get(std::string_view id, Embedding embedding) {
  return scope_->read([&](Reading& reading) -> Result<VectorEntry> {
    WAGGLE_ASSIGN_OR_RETURN(const StoredCollection stored, stores::require_collection(reading.sql, name_));
    const auto read = [&](const sql::Row& row) -> Result<VectorEntry> {
      VectorEntry entry = stores::read_vector(row, name_);
      if (embedding == Embedding::kIncluded) {
        WAGGLE_ASSIGN_OR_RETURN(entry.embedding, stores::read_embedding(row.blob(7), stored.collection));
      }
      return entry;
    };
    WAGGLE_ASSIGN_OR_RETURN(
        std::optional<VectorEntry> found,
        reading.sql.query_one("SELECT " WAGGLE_VECTOR_COLUMNS_WITH_EMBEDDING " FROM vectors WHERE collection = ?1 AND id = ?2", {name_, id}, read));
    if (!found) return Error(Code::kNotFound, "the collection has no vector of this id");
    return *std::move(found);
  });
}

Result<VectorEntry> VectorCollection::remove(std::string_view id) {
  return scope_->write([&](Writing& writing) -> Result<VectorEntry> {
    WAGGLE_ASSIGN_OR_RETURN(CollectionChange change, CollectionChange::begin(writing, name_));
    WAGGLE_ASSIGN_OR_RETURN(VectorEntry entry, change.remove(id));
    WAGGLE_TRY(change.end());
    return entry;
  });
}

Result<Page<VectorEntry>> VectorCollection::list(const PageRequest& page, Embedding embedding) {
  WAGGLE_ASSIGN_OR_RETURN(const stores::Position after, stores::page_start(kList, page));
  const bool is_first = page.cursor.empty();
  return scope_->read([&](Reading& reading) -> Result<Page<VectorEntry>> {
    using Entry = std::pair<stores::Position, VectorEntry>;
    WAGGLE_ASSIGN_OR_RETURN(const StoredCollection stored, stores::require_collection(reading.sql, name_));
    WAGGLE_ASSIGN_OR_RETURN(std::vector<Entry> found,
                            reading.sql.query_all("SELECT " WAGGLE_VECTOR_COLUMNS_WITH_EMBEDDING " FROM vectors NOT INDEXED"
                                                  " WHERE collection = ?1 AND seq > ?2 ORDER BY seq LIMIT ?3",
                                                  {name_, is_first ? 0 : after.rowid, page.limit + 1}, [&](const sql::Row& row) -> Result<Entry> {
                                                    VectorEntry entry = stores::read_vector(row, name_);
                                                    if (embedding == Embedding::kIncluded) {
                                                      WAGGLE_ASSIGN_OR_RETURN(entry.embedding,
                                                                              stores::read_embedding(row.blob(7), stored.collection));
                                                    }
                                                    return Entry{stores::Position{0, row.integer(0)}, std::move(entry)};
                                                  }));
    return stores::make_page(kList, page, std::move(found));
  });
}

}  // namespace waggle
