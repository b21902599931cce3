// worker.cc: a worker process of the demo. Claims what it is capable of, reads, remembers, tells the planner, and votes when it is asked.
//
// Exactly once: what a task leaves behind (memory, message, completion) is one transaction, guarded by the token of the lease. A worker that dies
// before it leaves nothing; one that lost its lease meanwhile gets `conflict` and drops its work, because somebody else does the task.

#include <algorithm>
#include <thread>
#include <utility>

#include "base/json.h"
#include "base/result.h"
#include "cli/demo/corpus.h"
#include "cli/demo/extract.h"
#include "cli/demo/member.h"
#include "cli/demo/protocol.h"
#include "cli/demo/reviewers.h"

namespace waggle::cli {
namespace demo {
namespace {

// What doing a task came to, to be stored together with its completion.
struct Work {
  std::vector<PutMemory> entries;
  std::string finding;  // the message for those who listen to kFindings
};

// New in the library: a second worker that stored the same would be refused, and its whole transaction with it.
PutMemory library_entry(std::string key, Json value) {
  return {.agent_id = std::string(kLibrary), .key = std::move(key), .value = std::move(value), .if_version = 0};
}

Json number(std::int64_t n) { return Json(std::to_string(n)); }
Json strings(const std::vector<std::string>& all) { return Json(base::write_string_array(all)); }
Json optional_string(const std::optional<std::string>& text) { return text ? Json::string(*text) : Json(); }

std::string passage_key(const std::string& file, const Passage& passage) {
  std::string position = std::to_string(passage.number);
  position.insert(0, 4 - std::min<std::size_t>(4, position.size()), '0');
  std::string key = std::string(kPassagePrefix) + file + "/" + position;
  for (const std::string& topic : passage.topics) key += " [" + topic + "]";
  return key;
}

Work read_licence(const std::string& file, const std::string& text) {
  Work work{.finding = file};
  const Facts facts = extract_facts(text);
  const auto add = [&](std::string_view fact, Json value) { work.entries.push_back(library_entry(fact_key(file, fact), std::move(value))); };
  add("title", Json::string(facts.title));
  add("version", optional_string(facts.version));
  add("clauses", strings(facts.clauses));
  add("grants", strings(facts.grants));
  add("warranty", optional_string(facts.warranty));
  add("terms", strings(facts.terms));
  add("words", number(facts.words));
  add("sign same licence", number(facts.signs.same_licence));
  add("sign source duties", number(facts.signs.source_duties));
  add("sign named", number(facts.signs.named));
  for (const Passage& passage : extract_passages(text)) {
    work.entries.push_back(library_entry(passage_key(file, passage), Json::string(passage.text)));
  }
  return work;
}

std::vector<std::string> shared_by(const std::vector<std::string>& a, const std::vector<std::string>& b) {
  std::vector<std::string> both;
  std::copy_if(a.begin(), a.end(), std::back_inserter(both), [&](const std::string& one) { return std::find(b.begin(), b.end(), one) != b.end(); });
  return both;
}

class Worker {
 public:
  Worker(Member member, Style style) : member_(std::move(member)), style_(style) {}

  // Until it is dismissed.
  Status run() {
    while (!member_.end().passed()) {
      WAGGLE_TRY(member_.stay_alive());
      WAGGLE_ASSIGN_OR_RETURN(std::optional<Task> task, claim());
      if (task) WAGGLE_TRY(do_task(*task));
      WAGGLE_ASSIGN_OR_RETURN(const bool is_dismissed, answer_messages(task ? Duration::zero() : kPollEvery));
      if (is_dismissed) return member_.leave();
    }
    return member_.end().error("the planner's dismissal", {});
  }

 private:
  Result<std::optional<Task>> claim() {
    WAGGLE_ASSIGN_OR_RETURN(std::vector<Task> tasks, member_.latencies().measure("task claim", [&] {
      return member_.session().tasks().claim({.agent = member_.name(), .lease = kLease, .swarm_id = std::string(kSwarm)});
    }));
    return tasks.empty() ? std::optional<Task>() : std::optional<Task>(std::move(tasks.front()));
  }

  Status do_task(const Task& task) {
    const std::optional<Assignment> assignment = parse_assignment(task.id);
    if (!assignment) return Error(Code::kInternal, "the task " + task.id + " asks for nothing that is known");
    WAGGLE_TRY(member_.latencies().measure("memory put", [&] {
      return member_.session().memory().put({.agent_id = member_.name(),
                                             .key = std::string(kNotePrefix) + task.id,
                                             .value = Json::string("begun, attempt " + std::to_string(task.attempt))});
    }));
    Result<Work> work = work_on(*assignment);
    std::this_thread::sleep_for(kPondering);
    return work ? finish(task, *work) : give_up(task, work.error());
  }

  Result<Work> work_on(const Assignment& assignment) {
    switch (assignment.kind) {
      case Assignment::Kind::kRead: {
        WAGGLE_ASSIGN_OR_RETURN(const std::string folder, member_.recall_text(kInputKey));
        WAGGLE_ASSIGN_OR_RETURN(const std::string text, read_text(folder + "/" + assignment.subjects[0]));
        return read_licence(assignment.subjects[0], text);
      }
      case Assignment::Kind::kCompare:
        return compare(assignment);
      case Assignment::Kind::kSummarise:
        return summarise(assignment);
    }
    return Error(Code::kInternal, "an assignment of no kind");
  }

  Result<std::vector<std::string>> recall_list(const std::string& key) {
    WAGGLE_ASSIGN_OR_RETURN(const MemoryEntry entry,
                            member_.latencies().measure("memory get", [&] { return member_.session().memory().get({kLibrary, key}); }));
    return base::parse_string_array(entry.value.text);
  }

  // What two versions of a licence have in common, from what was remembered of them.
  Result<Work> compare(const Assignment& assignment) {
    const std::string& older = assignment.subjects[0];
    const std::string& newer = assignment.subjects[1];
    WAGGLE_ASSIGN_OR_RETURN(const std::vector<std::string> older_terms, recall_list(fact_key(older, "terms")));
    WAGGLE_ASSIGN_OR_RETURN(const std::vector<std::string> newer_terms, recall_list(fact_key(newer, "terms")));
    WAGGLE_ASSIGN_OR_RETURN(const std::vector<std::string> older_clauses, recall_list(fact_key(older, "clauses")));
    WAGGLE_ASSIGN_OR_RETURN(const std::vector<std::string> newer_clauses, recall_list(fact_key(newer, "clauses")));
    WAGGLE_ASSIGN_OR_RETURN(const std::int64_t older_words, member_.recall_number(fact_key(older, "words")));
    WAGGLE_ASSIGN_OR_RETURN(const std::int64_t newer_words, member_.recall_number(fact_key(newer, "words")));
    base::JsonWriter json;
    json.begin_object().key("from").string(older).key("to").string(newer);
    json.key("words_added").integer(newer_words - older_words);
    json.key("clauses_shared").raw(strings(shared_by(older_clauses, newer_clauses)).text);
    json.key("terms_shared").raw(strings(shared_by(older_terms, newer_terms)).text).end_object();
    Work work{.finding = older + " and " + newer};
    work.entries.push_back(library_entry(std::string(kComparisonPrefix) + older + "/" + newer, Json(json.take())));
    return work;
  }

  // Adds up the facts of a family, or of all.
  Result<Work> summarise(const Assignment& assignment) {
    const std::string& subject = assignment.subjects[0];
    std::int64_t texts = 0;
    std::int64_t words = 0;
    PageRequest request{.limit = 1'000};
    do {
      WAGGLE_ASSIGN_OR_RETURN(Page<MemoryEntry> page, member_.latencies().measure("memory query", [&] {
        return member_.session().memory().query({.agent_id = std::string(kLibrary), .pattern = std::string(kFactsPrefix), .match = KeyMatch::kPrefix},
                                                request);
      }));
      for (const MemoryEntry& entry : page.items) {
        const std::string_view rest = std::string_view(entry.key).substr(kFactsPrefix.size());
        const std::string_view file = rest.substr(0, rest.find('/'));
        if (!rest.ends_with("/words") || (subject != "all" && subject != family_of(file) + " family")) continue;
        WAGGLE_ASSIGN_OR_RETURN(const std::int64_t count, member_.recall_number(entry.key));
        ++texts;
        words += count;
      }
      request.cursor = page.next.value_or("");
    } while (!request.cursor.empty());
    base::JsonWriter json;
    json.begin_object().key("subject").string(subject).key("texts").integer(texts).key("words").integer(words).end_object();
    Work work{.finding = subject};
    work.entries.push_back(library_entry(std::string(kSummaryPrefix) + subject, Json(json.take())));
    return work;
  }

  // All of it, or nothing.
  Status finish(const Task& task, const Work& work) {
    base::JsonWriter result;
    result.begin_object().key("by").string(member_.name()).key("memories").integer(static_cast<std::int64_t>(work.entries.size())).end_object();
    Status done = member_.latencies().measure("task finish (one transaction)", [&] {
      return member_.session().transaction([&](Session& session) -> Status {
        WAGGLE_TRY(session.tasks().complete({task.id, *task.lease_token}, Json(result.text())));
        WAGGLE_TRY(session.memory().put_many(work.entries));
        WAGGLE_TRY(session.messages().send({.swarm_id = std::string(kSwarm),
                                            .from = member_.name(),
                                            .to = Recipients::topic(std::string(kFindings)),
                                            .message_type = std::string(kFinding),
                                            .content = Json::string(task.id)}));
        return {};
      });
    });
    if (!done && done.error().code() == Code::kConflict) return {};
    return done;
  }

  Status give_up(const Task& task, const Error& error) {
    const Result<Task> failed = member_.session().tasks().fail({task.id, *task.lease_token}, {.error = error.describe()});
    if (!failed && failed.error().code() != Code::kConflict) return failed.error();
    return {};
  }

  // Waits at most `wait` for the first. Answers whether a dismissal was among them.
  Result<bool> answer_messages(Duration wait) {
    WAGGLE_ASSIGN_OR_RETURN(const std::vector<Message> messages, member_.receive(wait));
    bool is_dismissed = false;
    for (const Message& message : messages) {
      if (message.message_type == kVoteRequest) WAGGLE_TRY(vote(message));
      if (message.message_type == kDismissal) is_dismissed = true;
    }
    WAGGLE_TRY(member_.acknowledge(messages));
    return is_dismissed;
  }

  Status vote(const Message& request) {
    WAGGLE_ASSIGN_OR_RETURN(const std::string proposal_id, content_text(request));
    WAGGLE_ASSIGN_OR_RETURN(const Proposal proposal, member_.session().consensus().get(proposal_id));
    WAGGLE_ASSIGN_OR_RETURN(const Value payload, base::parse_scalar(proposal.payload.text));
    const auto* file = std::get_if<std::string>(&payload);
    if (file == nullptr) return Error(Code::kInternal, "a proposal names no file");
    CopyleftSigns signs;
    WAGGLE_ASSIGN_OR_RETURN(signs.same_licence, member_.recall_number(fact_key(*file, "sign same licence")));
    WAGGLE_ASSIGN_OR_RETURN(signs.source_duties, member_.recall_number(fact_key(*file, "sign source duties")));
    WAGGLE_ASSIGN_OR_RETURN(signs.named, member_.recall_number(fact_key(*file, "sign named")));
    Opinion opinion = judge(style_, signs);
    const Result<Proposal> after = member_.latencies().measure("vote cast", [&] {
      return member_.session().consensus().vote(
          {.proposal_id = proposal_id, .agent_id = member_.name(), .choice = opinion.choice, .reasoning = opinion.reasoning});
    });
    if (after) return {};
    // Decided without this vote, asked again after a redelivery, or not of the electorate: nothing is left to do.
    const Code code = after.error().code();
    const bool is_moot = code == Code::kConflict || code == Code::kAlreadyExists || code == Code::kPermission;
    return is_moot ? Status() : Status(after.error());
  }

  Member member_;
  Style style_;
};

Status work_as(const DemoProcess& process) {
  WAGGLE_ASSIGN_OR_RETURN(Member member, Member::join(process));
  WAGGLE_ASSIGN_OR_RETURN(const MemoryEntry entry, member.session().memory().get({member.name(), kStyleKey}));
  WAGGLE_ASSIGN_OR_RETURN(const Value name, base::parse_scalar(entry.value.text));
  const auto* text = std::get_if<std::string>(&name);
  const std::optional<Style> style = text == nullptr ? std::nullopt : parse_style(*text);
  if (!style) return Error(Code::kInvalidArgument, "the worker was told no style of reviewing");
  return Worker(std::move(member), *style).run();
}

}  // namespace
}  // namespace demo

Status run_demo_worker(const DemoProcess& process) { return demo::work_as(process); }

}  // namespace waggle::cli
