#include "connectors/webhook/signature.hpp"

#include <algorithm>
#include <unordered_set>

namespace calsync {
namespace {

bool is_source_id(std::string_view id) {
  return !id.empty() && id.size() <= 64 && std::ranges::all_of(id, [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '_';
  });
}

Result<void> check(const ListenerSource& source) {
  const std::string& id = source.id.value();
  if (!is_source_id(id))
    return Error{Errc::rejected,
                 "a source's id must be 1 to 64 of A-Z a-z 0-9 - _, it is the last part of /hooks/ID"};
  if (id == "git")
    return Error{Errc::rejected, "the source id git is reserved for /hooks/git/config: take another"};
  if (source.secrets.empty() || source.secrets.size() > 3)
    return Error{Errc::rejected, "source " + id + " needs one to three secrets"};
  for (const Secret& secret : source.secrets) {
    if (secret.empty())
      return Error{Errc::rejected, "source " + id + " has an empty secret: anybody could sign with it"};
  }
  return {};
}

}  // namespace

SourceKeys::SourceKeys(SourceId id, const std::vector<Secret>& secrets) : id_(std::move(id)) {
  for (const Secret& secret : secrets) keys_.emplace_back(secret.reveal());
}

bool SourceKeys::verify(const std::optional<Digest>& claimed, std::string_view body) {
  const Digest candidate = claimed.value_or(Digest{});
  unsigned equal = 0;
  for (HmacKey& key : keys_)
    equal |= static_cast<unsigned>(equal_in_constant_time(key.sign(body), candidate));
  return (equal & static_cast<unsigned>(claimed.has_value())) != 0;
}

Result<std::shared_ptr<SourceTable>> SourceTable::of(const std::vector<ListenerSource>& sources,
                                                     bool pushes) {
  auto table = std::make_shared<SourceTable>();
  if (pushes)
    table->pushes_ = std::make_shared<SourceKeys>(SourceId{std::string(push_id)}, std::vector<Secret>{});
  std::unordered_set<std::string> seen;
  for (const ListenerSource& source : sources) {
    CALSYNC_CHECK("webhook sources", check(source));
    if (!seen.insert(source.id.value()).second)
      return Error{Errc::rejected,
                   "source " + source.id.value() + " is there twice: one entry, several secrets"};
    table->sources_.push_back(std::make_shared<SourceKeys>(source.id, source.secrets));
  }
  return table;
}

std::shared_ptr<SourceKeys> SourceTable::find(std::string_view id) const {
  if (id == push_id) return pushes_;
  const auto at =
      std::ranges::find_if(sources_, [id](const auto& source) { return source->id().value() == id; });
  return at == sources_.end() ? nullptr : *at;
}

}  // namespace calsync
