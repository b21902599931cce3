// engine_test.cc: the embedded engine keeps the contract of executors.

#include "engine/engine.h"
#include "contract/executor_contract.h"
#include "support/temp_dir.h"

namespace waggle::test {
namespace {

class EngineDatabase final : public ContractDatabase {
 public:
  EngineDatabase()
      : engine_(engine::Engine::open({.path = dir_.file("contract.db"), .open_mode = OpenMode::kCreateNew},
                                     base::Deadline::after(std::chrono::seconds(10)))
                    .value()) {}
  sql::Executor& executor() override { return *engine_; }

 private:
  TempDir dir_;
  std::shared_ptr<engine::Engine> engine_;
};

INSTANTIATE_TEST_SUITE_P(Engine, ExecutorContract,
                         ::testing::Values([]() -> std::unique_ptr<ContractDatabase> { return std::make_unique<EngineDatabase>(); }),
                         [](const auto&) { return "Embedded"; });

}  // namespace
}  // namespace waggle::test
