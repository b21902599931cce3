// weights.h: what --weights says.

#ifndef WAGGLE_CLI_WEIGHTS_H
#define WAGGLE_CLI_WEIGHTS_H

#include <cstdint>

#include "base/result.h"
#include "waggle/recall.h"

namespace waggle::cli {

// Of memories all parts can be weighed, of vectors text and vector.
enum class WeightsOf : std::uint8_t { kMemories, kVectors };

// An object of numbers by the names of the parts. invalid_argument for what is none.
Result<RecallWeights> parse_weights(const Json& json, WeightsOf of);

}  // namespace waggle::cli

#endif  // WAGGLE_CLI_WEIGHTS_H
