// answers.cc: see answers.h.

#include "vector/answers.h"

#include <algorithm>

#include "measure.h"

namespace waggle::bench {

bool answer(Contender& contender, const Task& task, std::size_t query, int effort, std::span<std::int32_t> found) {
  if (task.allowed != nullptr) return contender.search_among(*task.allowed, task.queries.row(query), effort, found);
  contender.search(task.queries.row(query), effort, found);
  return true;
}

Answers answer_all(Contender& contender, const Task& task, int effort) {
  const PinnedToCore pinned;
  Ids found(task.size(), kNeighbours);
  const double begin = seconds();
  for (std::size_t query = 0; query < task.size(); ++query) answer(contender, task, query, effort, found.row(query));
  Answers answers{.per_second = static_cast<double>(task.size()) / (seconds() - begin)};
  for (std::size_t query = 0; query < task.size(); ++query) {
    const auto nearest = task.truth.row(query).first(kNeighbours);
    const auto right =
        std::ranges::count_if(nearest, [&](std::int32_t id) { return std::ranges::find(found.row(query), id) != found.row(query).end(); });
    const double recall = static_cast<double>(right) / kNeighbours;
    answers.recall += recall / static_cast<double>(task.size());
    answers.worst = std::min(answers.worst, recall);
    answers.bad += recall < 0.7 ? 1 : 0;
  }
  return answers;
}

}  // namespace waggle::bench
