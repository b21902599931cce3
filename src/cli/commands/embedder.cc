// embedder.cc: `waggle embedder ...`, what makes vectors of texts.

#include <array>

#include "cli/commands/commands.h"
#include "cli/embedder_folder.h"
#include "cli/show.h"
#include "cli/wordllama.h"

namespace waggle::cli {

namespace {

constexpr auto kColumns = std::to_array<std::string_view>({"name", "model", "dimensions", "bytes", "path"});
constexpr const char* kHashing = "hashing";  // built in
constexpr const char* kWordllama = "wordllama";
constexpr Duration kFetchTime = std::chrono::minutes(10);

Record describe(const std::string& name, const Embedder& embedder) {
  Record record;
  record.text("name", name).text("model", embedder.model()).integer("dimensions", embedder.dimensions());
  return record;
}

Record describe(const std::string& name, const Embedder& embedder, const std::string& path) {
  return describe(name, embedder).integer("bytes", bytes_in(path)).text("path", path);
}

struct Given {
  std::string name;
  std::optional<std::string> from;
};

Status fill(const Given& given, const std::string& folder, const base::Deadline& deadline) {
  if (given.from) return copy_embedder(*given.from, folder);
  if (given.name == kWordllama) return fetch_wordllama(folder, deadline);
  return Error(Code::kNotFound, "no embedder of this name can be fetched", "fetch wordllama, or give a folder with --from DIR");
}

Action add(Arguments& arguments) {
  const auto given = Arguments::keep<Given>();
  arguments.positional({"NAME", "", "wordllama is fetched; any other name needs --from"}, given->name);
  arguments.option({"--from", "DIR", "A folder with one *.safetensors and its tokenizer.json, which are copied"}, given->from);
  arguments.note("wordllama is a table of token vectors (32,000 tokens, 256 dimensions, 16 MB, MIT) out of the Python package of that name. python3\n"
                 "and its pip fetch it; up to ten minutes unless --timeout says otherwise. An embedder is opened before it appears under its name.");
  arguments.example("waggle embedder add wordllama", "fetches it once for all databases of this user");
  arguments.example("waggle embedder add mine --from ./table", "takes files that you have");
  return [given](Call& call) -> Ending {
    WAGGLE_ASSIGN_OR_RETURN(const EmbedderFolder folder, EmbedderFolder::of(call.settings()));
    if (given->name == kHashing) return Error(Code::kAlreadyExists, "hashing is built in", "give another name");
    call.catch_signals();
    const auto deadline = base::Deadline::after(call.settings().timeout.value_or(kFetchTime), call.stop());
    WAGGLE_ASSIGN_OR_RETURN(const auto embedder, folder.add(given->name, [&](const std::string& place) { return fill(*given, place, deadline); }));
    return call.out().object(describe(given->name, *embedder, folder.path_of(given->name)));
  };
}

// One that cannot be opened is listed too, and warned of.
Record describe_kept(const Call& call, const EmbedderFolder& folder, const std::string& name) {
  const std::string path = folder.path_of(name);
  const auto embedder = open_static_embedder(path);
  if (embedder) return describe(name, **embedder, path);
  call.warn(embedder.error().describe());
  Record record;
  record.text("name", name).null("model").null("dimensions").integer("bytes", bytes_in(path)).text("path", path);
  return record;
}

Action list(Arguments& arguments) {
  arguments.note("hashing is built in: it knows words and their spelling, not what they mean. The others are tables of token vectors.");
  arguments.example("waggle embedder list -o json", "with the model's name, which a collection remembers");
  return [](Call& call) -> Ending {
    WAGGLE_ASSIGN_OR_RETURN(const EmbedderFolder folder, EmbedderFolder::of(call.settings()));
    WAGGLE_ASSIGN_OR_RETURN(const std::vector<std::string> names, folder.names());
    WAGGLE_ASSIGN_OR_RETURN(const auto hashing, make_hashing_embedder());
    std::vector<Record> records = {describe(kHashing, *hashing).integer("bytes", 0).null("path")};
    for (const std::string& name : names) records.push_back(describe_kept(call, folder, name));
    return call.out().list({records, std::nullopt, kColumns});
  };
}

constexpr Verb kVerbs[] = {
    {"add", "Fetch a table of token vectors, or take one that you have", add},
    {"list", "List what is there, and the built-in one", list},
};

}  // namespace

const Noun kEmbedder = {"embedder", "What makes vectors of texts", kVerbs};

}  // namespace waggle::cli
