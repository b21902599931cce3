// vectors.cc: collections; see waggle/vectors.h. What is in them: vector_put.cc and vector_search.cc.

#include "waggle/vectors.h"

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "stores/limits.h"
#include "stores/names.h"
#include "stores/paging.h"
#include "stores/scope.h"
#include "stores/vector_rows.h"
#include "vector/index_set.h"

namespace waggle {
namespace {

using stores::Reading;
using stores::StoredCollection;
using stores::Writing;

constexpr std::string_view kList = "collections";

constexpr stores::Names<IndexKind, 3> kIndexKinds = {{{IndexKind::kAuto, "auto"}, {IndexKind::kExact, "exact"}, {IndexKind::kHnsw, "hnsw"}}};
constexpr stores::Names<VectorStorage, 4> kStorages = {
    {{VectorStorage::kF32, "f32"}, {VectorStorage::kF16, "f16"}, {VectorStorage::kBf16, "bf16"}, {VectorStorage::kInt8, "int8"}}};
constexpr stores::Names<Metric, 3> kMetrics = {{{Metric::kCosine, "cosine"}, {Metric::kDot, "dot"}, {Metric::kL2, "l2"}}};

Status check_collection(const NewCollection& collection) {
  WAGGLE_TRY(base::check_name("collection's name", collection.name, NewCollection::kNameBytesMax));
  if (collection.name.find('/') != std::string::npos) return Error(Code::kInvalidArgument, "a collection's name has no '/'");
  if (collection.dimensions < 1 || collection.dimensions > NewCollection::kDimensionsMax) {
    return Error(Code::kInvalidArgument, "a collection has 1 to " + std::to_string(NewCollection::kDimensionsMax) + " dimensions");
  }
  const hnsw::GraphOptions graph{.dimensions = static_cast<std::size_t>(collection.dimensions),
                                 .connectivity = static_cast<std::size_t>(std::max<std::int64_t>(collection.connectivity, 0)),
                                 .build_ef = static_cast<std::size_t>(std::max<std::int64_t>(collection.ef_construction, 0))};
  WAGGLE_TRY(graph.validate());
  if (collection.model) WAGGLE_TRY(base::check_name("name of a model", *collection.model, stores::kNameBytesMax));
  return {};
}

}  // namespace

std::string_view to_string(Metric metric) { return stores::name_of(kMetrics, metric); }
std::optional<Metric> parse_metric(std::string_view name) { return stores::value_of(kMetrics, name); }
std::string_view to_string(IndexKind kind) { return stores::name_of(kIndexKinds, kind); }
std::optional<IndexKind> parse_index_kind(std::string_view name) { return stores::value_of(kIndexKinds, name); }
std::string_view to_string(VectorStorage storage) { return stores::name_of(kStorages, storage); }
std::optional<VectorStorage> parse_vector_storage(std::string_view name) { return stores::value_of(kStorages, name); }

Result<Collection> VectorStore::create(const NewCollection& collection) {
  WAGGLE_TRY(check_collection(collection));
  return scope_->write([&](Writing& writing) -> Result<Collection> {
    Collection created{.name = collection.name,
                       .dimensions = collection.dimensions,
                       .metric = collection.metric,
                       .model = collection.model,
                       .index = collection.index,
                       .storage = collection.storage,
                       .connectivity = collection.connectivity,
                       .ef_construction = collection.ef_construction,
                       .count = 0,
                       .created_at = writing.now};
    WAGGLE_ASSIGN_OR_RETURN(
        const sql::Writer::Outcome outcome,
        writing.sql.execute("INSERT INTO collections(name, dimensions, metric, model, count, version, created_at, index_kind, storage,"
                            " connectivity, build_ef, generation) VALUES(?1, ?2, ?3, ?4, 0, 0, ?5, ?6, ?7, ?8, ?9, 0)"
                            " ON CONFLICT(name) DO NOTHING",
                            {created.name, created.dimensions, to_string(created.metric), created.model, created.created_at, to_string(created.index),
                             to_string(created.storage), created.connectivity, created.ef_construction}));
    if (outcome.rows_affected == 0) {
      return Error(Code::kAlreadyExists, "a collection of this name exists", "choose another name, or drop it with `waggle vector drop`");
    }
    WAGGLE_TRY(writing.log(Entity::kCollection, created.name, "create"));
    return created;
  });
}

Result<Collection> VectorStore::get(std::string_view name) {
  return scope_->read([&](Reading& reading) -> Result<Collection> {
    WAGGLE_ASSIGN_OR_RETURN(StoredCollection found, stores::require_collection(reading.sql, name));
    return std::move(found.collection);
  });
}

Result<Page<Collection>> VectorStore::list(const PageRequest& page) {
  WAGGLE_ASSIGN_OR_RETURN(const stores::Position after, stores::page_start(kList, page));
  return scope_->read([&](Reading& reading) -> Result<Page<Collection>> {
    using Entry = std::pair<stores::Position, Collection>;
    WAGGLE_ASSIGN_OR_RETURN(const std::vector<std::string> names,
                            reading.sql.query_all("SELECT name FROM collections WHERE seq < ?1 ORDER BY seq DESC LIMIT ?2",
                                                  {after.rowid, page.limit + 1}, [](const sql::Row& row) { return row.string(0); }));
    std::vector<Entry> found;
    for (const std::string& name : names) {
      WAGGLE_ASSIGN_OR_RETURN(StoredCollection each, stores::require_collection(reading.sql, name));
      found.emplace_back(stores::Position{0, each.seq}, std::move(each.collection));
    }
    return stores::make_page(kList, page, std::move(found));
  });
}

Result<Collection> VectorStore::drop(std::string_view name) {
  std::int64_t seq = 0;
  WAGGLE_ASSIGN_OR_RETURN(Collection gone, scope_->write([&](Writing& writing) -> Result<Collection> {
    WAGGLE_ASSIGN_OR_RETURN(StoredCollection dropped, stores::require_collection(writing.sql, name));
    WAGGLE_TRY(writing.sql.execute("DELETE FROM reembeddings WHERE collection = ?1", {dropped.seq}));
    WAGGLE_TRY(writing.sql.execute("DELETE FROM vectors WHERE collection = ?1", {name}));
    WAGGLE_TRY(writing.sql.execute("DELETE FROM collections WHERE name = ?1", {name}));
    WAGGLE_TRY(writing.log(Entity::kCollection, name, "drop", dropped.seq));
    seq = dropped.seq;
    return std::move(dropped.collection);
  }));
  scope_->vector_indexes().forget(seq);
  return gone;
}

VectorCollection VectorStore::in(std::string name) const { return {*scope_, std::move(name)}; }

}  // namespace waggle
