// Bodies → observations → what we know and events. 0x1E stands between two deliveries of one history.
#include "tests/connectors/calcom/wire/fold_bench.hpp"
#include "tests/fuzz/same_states.hpp"

#include <algorithm>
#include <string>
#include <vector>

using namespace calsync;

namespace {

std::vector<std::string> bodies_of(std::string_view text) {
  std::vector<std::string> bodies;
  while (bodies.size() < 8) {
    const auto end = text.find('\x1E');
    bodies.emplace_back(text.substr(0, end));
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
  }
  return bodies;
}

bool same(const EventRecord& a, const EventRecord& b) {
  return a.sequence == b.sequence && a.topic == b.topic && a.key == b.key &&
         a.key_sequence == b.key_sequence && a.type == b.type && a.subject == b.subject && a.time == b.time &&
         a.value == b.value && fuzz::same_states(a.states, b.states);
}

void check(const Normalised& made) {
  unsigned bookings = 0;
  for (const EventRecord& event : made.events) {
    bookings += event.topic == Topic::bookings ? 1 : 0;
    fuzz::must(!event.key.value().empty() && !event.type.empty(), "an event has a key and a type");
  }
  fuzz::must(bookings <= 1, "a record makes at most one event in topic bookings");
  fuzz::must(made.events.empty() || made.summary.outcome == RecordOutcome::event,
             "a record that made events says so");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  FoldBench first, second;
  for (const std::string& body : bodies_of(fuzz::text_of(data, std::min<std::size_t>(size, 65536)))) {
    const Normalised a = first.take(body);
    const Normalised b = second.take(body);
    check(a);
    fuzz::must(a.events.size() == b.events.size() &&
                   std::equal(a.events.begin(), a.events.end(), b.events.begin(), same),
               "the same in, the same events out");
    fuzz::must(a.summary.outcome == b.summary.outcome && a.summary.reason == b.summary.reason &&
                   a.summary.people == b.summary.people,
               "the same in, the same summary out");
    const Normalised again = first.take(body);
    fuzz::must(again.events.empty(), "the same body again makes no event");
    (void)second.take(body);
  }
  return 0;
}
