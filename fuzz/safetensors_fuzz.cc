// safetensors_fuzz.cc: whatever the bytes, reading a table's header ends; what it answers lies inside of the file, and every row of the table can be
// added.

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "base/assert.h"
#include "embed/safetensors.h"
#include "embed/token_table.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view file(reinterpret_cast<const char*>(data), size);
  const auto tensors = waggle::embed::parse_safetensors(file);
  if (!tensors) return 0;
  std::size_t bytes = 0;
  for (const waggle::embed::Tensor& tensor : *tensors) {
    WAGGLE_ASSERT(tensor.bytes.data() >= file.data() && tensor.bytes.data() + tensor.bytes.size() <= file.data() + file.size());
    bytes += tensor.bytes.size();
  }
  WAGGLE_ASSERT(bytes < size);
  const auto table = waggle::embed::TokenTable::choose(*tensors);
  if (!table) return 0;
  std::vector<float> sum(table->dimensions());
  for (std::size_t row = 0; row < table->rows(); ++row) table->add_row(row, sum);
  return 0;
}
