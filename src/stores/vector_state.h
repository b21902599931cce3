// vector_state.h: a collection as the indexes know it.

#ifndef WAGGLE_STORES_VECTOR_STATE_H
#define WAGGLE_STORES_VECTOR_STATE_H

#include "stores/vector_rows.h"
#include "vector/follow.h"
#include "waggle/vectors.h"

namespace waggle::stores {

hnsw::Metric metric_of(Metric metric);
// Of what is nearer, the greater one: see waggle/vectors.h, Metric.
double score_of(Metric metric, double distance);

// Borrows the collection's name.
vector::CollectionState state_of(const StoredCollection& stored);

}  // namespace waggle::stores

#endif  // WAGGLE_STORES_VECTOR_STATE_H
