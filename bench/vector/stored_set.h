// stored_set.h: a data set in one file, so that it need not be made anew for each run. Of no use to another machine or program.

#ifndef WAGGLE_BENCH_VECTOR_STORED_SET_H
#define WAGGLE_BENCH_VECTOR_STORED_SET_H

#include <optional>
#include <string>
#include <string_view>

#include "vector/data_set.h"

namespace waggle::bench {

// `parameters` says how the set was made.
void write_stored_set(const std::string& path, std::string_view parameters, const DataSet& set);

// nullopt when there is no such file, it was made by other parameters, or its checksum does not fit.
std::optional<DataSet> read_stored_set(const std::string& path, std::string_view parameters);

}  // namespace waggle::bench

#endif  // WAGGLE_BENCH_VECTOR_STORED_SET_H
