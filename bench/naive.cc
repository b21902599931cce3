// naive.cc: see naive.h.

#include "naive.h"

#include <atomic>
#include <latch>
#include <memory>
#include <thread>

#include "keys.h"
#include "measure.h"
#include "raw_sqlite.h"

namespace waggle::bench {

Throughput run_writers(const Writers& writers, const std::function<std::function<bool(std::int64_t)>(int thread)>& make_write) {
  std::latch ready(writers.threads + 1);
  std::atomic<bool> stop = false;
  std::vector<Throughput> parts(static_cast<std::size_t>(writers.threads));
  std::vector<std::jthread> threads;
  for (int t = 0; t < writers.threads; ++t) {
    threads.emplace_back([&, t] {
      const std::function<bool(std::int64_t)> write = make_write(t);
      Throughput& part = parts[static_cast<std::size_t>(t)];
      ready.arrive_and_wait();
      for (std::int64_t i = 0; !stop.load(std::memory_order_relaxed); ++i) {
        bool kept = false;
        time_each(1, part.latencies, [&](std::int64_t) { kept = write(i); });
        ++(kept ? part.writes : part.refused);
      }
    });
  }
  ready.arrive_and_wait();
  const double begin = seconds();
  std::this_thread::sleep_for(std::chrono::duration<double>(writers.duration));
  stop = true;
  threads.clear();
  Throughput sum;
  // Until the last write ended: a naive writer may be asleep for a long time after the others.
  sum.seconds = seconds() - begin;
  for (const Throughput& part : parts) {
    sum.writes += part.writes;
    sum.refused += part.refused;
    sum.latencies.insert(sum.latencies.end(), part.latencies.begin(), part.latencies.end());
  }
  return sum;
}

Throughput run_naive_writers(const Writers& writers, const std::string& path, std::int64_t first_key) {
  return run_writers(writers, [&](int thread) {
    struct Own {
      explicit Own(const std::string& file) : database(file), put(database) {}
      RawDatabase database;
      RawPut put;
    };
    auto own = std::make_shared<Own>(path);
    return [own, thread, first_key, step = writers.threads](std::int64_t i) {
      const Key key = key_of(first_key + i * step + thread);
      const int code = own->put.in_transaction(key.view(), value_200());
      if (code != SQLITE_OK && code != SQLITE_BUSY) throw std::runtime_error("a naive put failed with code " + std::to_string(code));
      return code == SQLITE_OK;
    };
  });
}

}  // namespace waggle::bench
