// vector_state.cc: see vector_state.h.

#include "stores/vector_state.h"

namespace waggle::stores {
namespace {

hnsw::Storage storage_of(VectorStorage storage) {
  switch (storage) {
    case VectorStorage::kF16:
      return hnsw::Storage::kF16;
    case VectorStorage::kBf16:
      return hnsw::Storage::kBf16;
    case VectorStorage::kInt8:
      return hnsw::Storage::kInt8;
    case VectorStorage::kF32:
      break;
  }
  return hnsw::Storage::kF32;
}

vector::IndexKind kind_of(IndexKind kind) {
  switch (kind) {
    case IndexKind::kHnsw:
      return vector::IndexKind::kHnsw;
    case IndexKind::kAuto:
      return vector::IndexKind::kAuto;
    case IndexKind::kExact:
      break;
  }
  return vector::IndexKind::kExact;
}

}  // namespace

hnsw::Metric metric_of(Metric metric) {
  switch (metric) {
    case Metric::kDot:
      return hnsw::Metric::kDot;
    case Metric::kL2:
      return hnsw::Metric::kL2;
    case Metric::kCosine:
      break;
  }
  return hnsw::Metric::kCosine;
}

double score_of(Metric metric, double distance) {
  switch (metric) {
    case Metric::kDot:
      return -distance;
    case Metric::kL2:
      return 1 / (1 + distance);
    case Metric::kCosine:
      break;
  }
  return 1 - distance;
}

vector::CollectionState state_of(const StoredCollection& stored) {
  const Collection& collection = stored.collection;
  return {.name = collection.name,
          .seq = stored.seq,
          .options = {.dimensions = static_cast<std::size_t>(collection.dimensions),
                      .metric = metric_of(collection.metric),
                      .storage = storage_of(collection.storage),
                      .kind = kind_of(collection.index),
                      .connectivity = static_cast<std::size_t>(collection.connectivity),
                      .build_ef = static_cast<std::size_t>(collection.ef_construction),
                      .generation = stored.generation},
          .version = stored.version,
          .count = collection.count};
}

}  // namespace waggle::stores
