#include "daemon/publish/ownership.hpp"

#include "daemon/publish/topic_set.hpp"

#include <boost/json.hpp>

#include <algorithm>

namespace calsync {
namespace json = boost::json;
namespace {

using Kind = CursorVerdict::Kind;

CursorVerdict refuse(Errc code, std::string what) {
  return {Kind::refuse, {code, std::move(what)}, {}, {}, 0};
}

std::string number(std::uint64_t value) {
  return std::to_string(value);
}

bool is(const std::optional<Claim>& claim, const CursorRecord& cursor) {
  return claim && is_claim(*claim, cursor);
}

std::uint64_t next_generation(const LogSide& log, const CursorRecord* cursor) {
  return std::max(log.held ? log.held->generation : 0, cursor == nullptr ? 0 : cursor->generation) + 1;
}

std::string place(const CursorRecord& cursor) {
  return "generation " + number(cursor.generation) + ", event " + number(cursor.sequence.value()) +
         ", written " + to_text(cursor.at);
}

// A directory that was copied as it stood knows the claim as well as the original does: where both go on, what
// the one acknowledges after the other has published is never seen.
bool is_copy(const LogSide& log, const CursorRecord& cursor) {
  const auto& claim = is(log.held, cursor) ? log.held : log.pending;
  return claim && !claim->place.empty() && !log.place.empty() && claim->place != log.place;
}

// Whose cursor is it? nullopt: ours.
std::optional<CursorVerdict> judge_owner(const LogSide& log, const CursorRecord& cursor) {
  if (cursor.log != log.log) {
    return refuse(Errc::foreign, "these topics belong to another log (" + cursor.log.value() +
                                     "): set another kafka.topic_prefix for this one");
  }
  if (log.takeover) return std::nullopt;
  if (is(log.held, cursor) || is(log.pending, cursor)) {
    if (!is_copy(log, cursor)) return std::nullopt;
    return refuse(Errc::conflict,
                  "this directory is a copy of the one that publishes (" + place(cursor) +
                      "): use that one, or start with --takeover if it is gone and never comes back");
  }
  const std::uint64_t known = log.held ? log.held->generation : 0;
  if (cursor.generation < known) return std::nullopt;  // seen too early, or set back: judge_cursor decides
  return CursorVerdict{
      Kind::superseded,
      {Errc::conflict, "another calsyncd publishes this log (" + place(cursor) +
                           "); this directory is a copy or an old backup at generation " + number(known) +
                           ": use the newer one, or start with --takeover if this is the one to go on with"},
      {},
      {},
      0};
}

// Does our log hold what was published?
std::optional<CursorVerdict> judge_history(const LogSide& log, const CursorRecord& cursor) {
  if (cursor.sequence > log.head) {
    return refuse(Errc::corrupt, "Kafka holds events up to " + number(cursor.sequence.value()) +
                                     ", this log ends at " + number(log.head.value()) +
                                     ": it is cut or an old backup; restore the newest copy");
  }
  if (cursor.sequence < log.cut)
    return refuse(Errc::conflict,
                  "Kafka holds events up to " + number(cursor.sequence.value()) +
                      ", this log begins behind " + number(log.cut.value()) +
                      " (log.retention), so those between are gone: set a new kafka.topic_prefix");
  if (cursor.sequence.value() == 0) return std::nullopt;
  const auto hash = log.hash_at(cursor.sequence);
  if (!hash) return refuse(hash.error().code, hash.error().text());
  if (*hash == cursor.hash) return std::nullopt;
  return refuse(
      Errc::corrupt,
      "event " + number(cursor.sequence.value()) +
          " in this log is not the one that was published: the log has diverged; restore the copy that "
          "published it, or set another kafka.topic_prefix");
}

std::optional<CursorVerdict> judge_partitions(const std::map<std::string, int>& then,
                                              const std::map<std::string, int>& now) {
  if (auto same = same_partitions(then, now); !same) return refuse(same.error().code, same.error().what);
  return std::nullopt;
}

CursorVerdict go_on_after(const LogSide& log, EventSequence after, std::uint64_t generation) {
  CursorVerdict verdict{Kind::go_on, {}, after, {}, generation};
  if (after.value() == 0) return verdict;
  const auto hash = log.hash_at(after);
  if (!hash) return refuse(hash.error().code, hash.error().text());
  verdict.hash = *hash;
  return verdict;
}

// The cursor is gone or older than one that we know was committed: only a person can say what consumers have.
CursorVerdict judge_lost(const LogSide& log, const CursorRecord* cursor, const std::string& what) {
  if (!log.accept_cursor) {
    return refuse(Errc::conflict,
                  what +
                      ": find the last ce_sequence in the topics and start with --accept-cursor N to go on "
                      "after it, or set a new kafka.topic_prefix");
  }
  const EventSequence after(*log.accept_cursor);
  if (after > log.head) {
    return refuse(Errc::rejected, "--accept-cursor " + number(after.value()) + ": this log ends at " +
                                      number(log.head.value()));
  }
  if (after < log.cut) {
    return refuse(Errc::rejected, "--accept-cursor " + number(after.value()) + ": events up to " +
                                      number(log.cut.value()) + " were trimmed (log.retention)");
  }
  return go_on_after(log, after, next_generation(log, cursor));
}

}  // namespace

bool is_claim(const Claim& claim, const CursorRecord& cursor) {
  return claim.generation == cursor.generation && claim.nonce == cursor.nonce;
}

std::string claim_note(const std::string& prefix) {
  return "publisher.claim." + prefix;
}

std::string pending_note(const std::string& prefix) {
  return "publisher.pending." + prefix;
}

std::string encode(const Claim& claim) {
  json::object partitions;
  for (const auto& [topic, count] : claim.partitions) partitions[topic] = count;
  return json::serialize(json::object{{"generation", claim.generation},
                                      {"nonce", claim.nonce},
                                      {"partitions", std::move(partitions)},
                                      {"place", claim.place}});
}

Result<Claim> decode_claim(std::string_view text) {
  try {
    const json::value value = json::parse(json::string_view(text));
    const json::object& object = value.as_object();
    Claim claim;
    claim.generation = object.at("generation").to_number<std::uint64_t>();
    claim.nonce = std::string(object.at("nonce").as_string());
    for (const auto& [topic, count] : object.at("partitions").as_object()) {
      claim.partitions.emplace(topic, count.to_number<int>());
    }
    if (const auto* place = object.if_contains("place")) claim.place = std::string(place->as_string());
    return claim;
  } catch (const std::exception&) {  // Boost.JSON's way of saying that it is not so
    return Error{Errc::corrupt, "the publisher's note in the log is damaged: restore the log from a backup"};
  }
}

CursorVerdict judge_peek(const LogSide& log, const std::optional<CursorRecord>& cursor) {
  if (!cursor) return {};
  if (auto verdict = judge_owner(log, *cursor)) return *verdict;
  if (auto verdict = judge_history(log, *cursor)) return *verdict;
  return {};
}

CursorVerdict judge_cursor(const LogSide& log, const std::optional<CursorRecord>& cursor,
                           const std::map<std::string, int>& partitions,
                           const std::optional<std::string>& occupied) {
  if (log.held) {
    if (auto verdict = judge_partitions(log.held->partitions, partitions)) return *verdict;
  }
  if (!cursor) {
    if (log.held) return judge_lost(log, nullptr, "the cursor topic is empty though this log has published");
    if (occupied)
      return judge_lost(log, nullptr, "topic " + *occupied + " holds records, but there is no cursor");
    return go_on_after(log, log.cut, 1);  // the first that there is
  }
  if (auto verdict = judge_owner(log, *cursor)) return *verdict;
  if (log.held && cursor->generation < log.held->generation) {
    return judge_lost(log, &*cursor,
                      "the cursor in Kafka went back (" + place(*cursor) +
                          ", last claim of this log: generation " + number(log.held->generation) + ")");
  }
  if (auto verdict = judge_history(log, *cursor)) return *verdict;
  if (auto verdict = judge_partitions(cursor->partitions, partitions)) return *verdict;
  return {Kind::go_on, {}, cursor->sequence, cursor->hash, next_generation(log, &*cursor)};
}

}  // namespace calsync
