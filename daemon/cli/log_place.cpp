#include "daemon/cli/log_place.hpp"

#include "daemon/admin/time_words.hpp"
#include "state/views/json_pieces.hpp"

#include <charconv>

namespace calsync::cli {

namespace {
std::optional<std::uint64_t> whole_number_in(std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, status] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool all = !text.empty() && status == std::errc{} && end == text.data() + text.size();
  return all ? std::optional(number) : std::nullopt;
}
}  // namespace

// The event tells it itself, unless it was erased.
Result<Instant> received_at(const EventLog& log, const EventRecord& event) {
  if (const auto at = JsonPiece(event.value).at("observedAt").instant()) return *at;
  CALSYNC_TRY(record, "read its record", log.raw(event.raw));
  return record.received;
}

Result<PlaceWord> parse_place(std::string_view text, Instant now) {
  if (const auto number = whole_number_in(text)) return PlaceWord{EventSequence{*number}, {}};
  auto when = parse_when(text, Edge::until, now);
  if (!when)
    return Error{Errc::rejected, "\"" + std::string(text) +
                                     "\" is neither a place in the log nor a time: use an event's "
                                     "sequence, 2026-11-20, 2026-11-20T09:30:00Z, 2h, 7d or now"};
  const bool day = text.size() == 10 && text[4] == '-';
  return PlaceWord{{}, day ? *when : *when + std::chrono::milliseconds{1}};
}

namespace {
// What was known before the cut, nobody can tell any more.
Result<void> refuse_before_cut(const LogCut& cut, const PlaceWord& word) {
  const bool before =
      word.sequence ? *word.sequence < cut.event : word.before && *word.before <= cut.received;
  if (cut.raw.value() == 0 || !before) return {};
  return Error{Errc::rejected, "that place was " + trimmed_words(cut) + ": ask for a later one"};
}
}  // namespace

Result<void> begin_at_cut(const EventLog& log, const std::function<void(ViewSource&)>& begin) try {
  if (log.cut().raw.value() > 0) begin(*log.views_at_cut());
  return {};
} catch (const ViewError& unreadable) {
  return unreadable.error;
}

Result<LogPlace> each_event_up_to(const EventLog& log, const PlaceWord& word, const ScanOptions& options,
                                  const std::function<void(const EventRecord&)>& each) {
  EventFilter filter;
  const LogCut cut = log.cut();
  CALSYNC_CHECK("read the events", refuse_before_cut(cut, word));
  filter.from = next(cut.event);
  if (word.sequence) {
    if (*word.sequence > log.head().event)
      return Error{Errc::rejected, "the log has no event " + std::to_string(word.sequence->value()) +
                                       " yet: its last one is " + std::to_string(log.head().event.value())};
    filter.to = *word.sequence;
  }
  LogPlace place{cut.event, cut.event_hash};
  const auto take = [&](const StoredEvent& stored) -> Result<bool> {
    if (word.before) {
      CALSYNC_TRY(at, "event " + std::to_string(stored.event.sequence.value()),
                  received_at(log, stored.event));
      if (at >= *word.before) return false;
    }
    each(stored.event);
    place = {stored.event.sequence, stored.hash};
    return true;
  };
  CALSYNC_CHECK("read the events", each_event(log, filter, options, take));
  return place;
}

}  // namespace calsync::cli
