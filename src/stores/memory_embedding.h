// memory_embedding.h: which embeddings a put may bring.

#ifndef WAGGLE_STORES_MEMORY_EMBEDDING_H
#define WAGGLE_STORES_MEMORY_EMBEDDING_H

#include "base/result.h"
#include "stores/scope.h"
#include "vector/memory_space.h"
#include "waggle/memory.h"

namespace waggle::stores {

// May this entry with its embedding be stored? The first one says what all others must be. invalid_argument naming both otherwise.
Status admit_embedding(Writing& writing, const PutMemory& entry);

}  // namespace waggle::stores

#endif  // WAGGLE_STORES_MEMORY_EMBEDDING_H
