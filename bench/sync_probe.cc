// sync_probe.cc: see sync_probe.h.

#include "sync_probe.h"

#include <fcntl.h>
#include <unistd.h>

#include <stdexcept>
#include <string>

#include "measure.h"

namespace waggle::bench {

std::vector<double> sync_nanoseconds(const Folder& folder, int count) {
  const std::string path = folder.file("synced");
  const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  if (descriptor < 0) throw std::runtime_error(path + ": cannot be made");
  const std::string page(4096, 'w');
  std::vector<double> each;
  for (int i = 0; i < count; ++i) {
    if (::write(descriptor, page.data(), page.size()) != static_cast<ssize_t>(page.size())) throw std::runtime_error(path + ": cannot be written");
    time_each(1, each, [&](std::int64_t) { fdatasync(descriptor); });
  }
  ::close(descriptor);
  ::unlink(path.c_str());
  return each;
}

}  // namespace waggle::bench
