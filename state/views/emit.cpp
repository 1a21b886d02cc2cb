#include "state/events/json_text.hpp"
#include "state/views/folding.hpp"
#include "state/views/tagged.hpp"
#include "state/views/value_codec.hpp"

#include <algorithm>

namespace calsync {
namespace {

Origin origin_of(RecordSource source) {
  if (source == RecordSource::poll) return Origin::poll;
  return source == RecordSource::apply ? Origin::apply : Origin::webhook;
}

// Row `ks/<topic>/<key>`: how many events the key has had.
KeySequence next_of_key(ViewTable& views, Topic topic, const std::string& key) {
  const std::string row = std::string("ks/") + to_text(topic) + "/" + key;
  std::uint64_t count = 0;
  if (const auto known = views.get(row)) {
    std::string_view bytes = *known;
    if (!take_varint(bytes, count)) throw ViewDamaged(row);
  }
  std::string bytes;
  put_varint(bytes, ++count);
  views.put(row, std::move(bytes));
  return KeySequence{count};
}

std::string value_of(const EventRecord& event, const Draft& draft, const Folding& folding) {
  std::string out;
  out.reserve(draft.booking.size() + draft.detail.size() + draft.changes.size() + 320);
  JsonObject value(out);
  value.add("sequence", Integer::of(event.sequence.value()))
      .add("occurredAt", draft.time)
      .add("observedAt", folding.record.received);
  value.add("origin", std::string_view(to_text(event.origin)));
  const auto& trigger = folding.seen.trigger;
  value.add("trigger", trigger.empty() ? std::optional<std::string>() : std::optional(trigger));
  value.add_text("booking", draft.booking)
      .add_text(draft.detail_name, draft.detail)
      .add_text("changes", draft.changes);
  value.add("raw", Integer::of(event.raw.value())).end();
  return out;
}

}  // namespace

void emit(Folding& folding, Draft draft) {
  EventRecord event;
  event.sequence = EventSequence{folding.first_event.value() + folding.out.events.size()};
  event.raw = folding.record.sequence;
  event.topic = draft.topic;
  event.key_sequence = next_of_key(folding.views, draft.topic, draft.key);
  event.origin = origin_of(folding.record.source);
  event.time = draft.time;
  event.value = value_of(event, draft, folding);
  event.key = EventKey{std::move(draft.key)};
  event.type = std::move(draft.type);
  event.subject = std::move(draft.subject);
  event.states = std::move(draft.states);
  event.caused_by = std::move(draft.caused_by);
  folding.out.events.push_back(std::move(event));
  folding.out.summary.outcome = RecordOutcome::event;
}

// Row `x/<hash>`: the times at which this identity was told, the last one told at the end. More than one:
// behind a telling that came late may come its copy.
bool first_telling(ViewTable& views, std::string_view identity, Instant as_of,
                   std::optional<std::chrono::milliseconds> window) {
  constexpr std::size_t remembered = 8;
  const Digest digest = sha256(identity);
  const auto name = std::span(digest).first(16);
  const std::string row = "x/" + std::string(view(name));
  std::vector<Instant> told;
  if (const auto known = views.get(row))
    for (std::string_view bytes = *known; !bytes.empty();)
      if (!take(bytes, told.emplace_back())) throw ViewDamaged("x/" + to_hex(name));
  const auto is_this = [&](Instant at) { return !window || std::chrono::abs(at - as_of) <= *window; };
  if (std::any_of(told.begin(), told.end(), is_this)) return false;
  told.push_back(as_of);
  if (told.size() > remembered) told.erase(told.begin());
  std::string bytes;
  for (const Instant at : told) put(bytes, at);
  views.put(row, std::move(bytes));
  return true;
}

bool first_time(Folding& folding, std::string_view identity,
                std::optional<std::chrono::milliseconds> window) {
  return first_telling(folding.views, identity, folding.as_of, window);
}

}  // namespace calsync
