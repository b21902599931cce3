// executor_contract.h: what every sql::Executor promises, as one test suite. An implementation instantiates it with a factory of its own:
//
//   INSTANTIATE_TEST_SUITE_P(Engine, ExecutorContract, ::testing::Values(make_engine_database));

#ifndef WAGGLE_TEST_CONTRACT_EXECUTOR_CONTRACT_H
#define WAGGLE_TEST_CONTRACT_EXECUTOR_CONTRACT_H

#include <gtest/gtest.h>

#include <functional>
#include <memory>

#include "sql/executor.h"

namespace waggle::test {

// A fresh database with an executor on it.
class ContractDatabase {
 public:
  virtual ~ContractDatabase() = default;
  virtual sql::Executor& executor() = 0;
};

using ContractFactory = std::function<std::unique_ptr<ContractDatabase>()>;

class ExecutorContract : public ::testing::TestWithParam<ContractFactory> {
 protected:
  void SetUp() override;

  sql::Executor& executor() { return database_->executor(); }
  // Until when the calls of a test may take; generous, for slow machines.
  static base::Deadline soon() { return base::Deadline::after(std::chrono::seconds(20)); }
  // Stores `name` -> `number` in the test's table, in a transaction of its own.
  Status put(const std::string& name, std::int64_t number);
  // -1 when the name is not there.
  std::int64_t get(const std::string& name);
  std::int64_t count();

 private:
  std::unique_ptr<ContractDatabase> database_;
};

}  // namespace waggle::test

#endif  // WAGGLE_TEST_CONTRACT_EXECUTOR_CONTRACT_H
