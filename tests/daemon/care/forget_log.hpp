// A log of real records, read by the real normaliser, in which somebody is forgotten.
#pragma once
#include "connectors/calcom/wire/poll_record.hpp"
#include "daemon/care/forget.hpp"
#include "daemon/care/retention_step.hpp"
#include "daemon/project/project.hpp"
#include "daemon/project/projection_pass.hpp"
#include "state/events/email.hpp"
#include "state/views/booking_kinds.hpp"
#include "state/views/booking_query.hpp"
#include "state/views/chain.hpp"
#include "state/views/retell.hpp"
#include "tests/state/store/log_fixture.hpp"

#include <algorithm>

namespace calsync {

class Later final : public Clock {  // everything is over
 public:
  Instant wall() override { return Instant{std::chrono::milliseconds{4'000'000'000'000}}; }
  std::chrono::steady_clock::time_point steady() override { return std::chrono::steady_clock::now(); }
};

using Rows = std::map<std::string, std::string>;

class ForgetInALog : public testing::Test {
 protected:
  const std::filesystem::path fixtures_ =
      std::filesystem::path(CALSYNC_SOURCE_DIR) / "tests/fixtures/webhooks";
  TempDir dir_{fastest_directory()};
  std::unique_ptr<OpenLog> open_ = must_open(dir_.path() / "log");
  Later clock_;

  EventLog& log() { return *open_->log; }
  void project() {
    while (log().head().normalised < log().head().raw) ASSERT_TRUE(project_next(log(), 7));
  }
  void trim_the_first() {
    const RetentionLimits limits{
        .received_before = clock_.wall(), .published = log().head().event, .records = 1};
    auto trim = next_trim(log(), limits, clock_.wall(), all_rules());
    ASSERT_TRUE(trim && *trim);
    ASSERT_TRUE(log().trim(**std::move(trim)));
  }
  void put(const std::string& name) { append(log(), read_file(fixtures_ / name)); }
  // The same booking of another person and under another uid.
  void put_like(const std::string& name, const std::string& email, const std::string& uid) {
    std::string body = read_file(fixtures_ / name);
    const std::string was = client_of(body), uid_was = uid_of(body);
    for (const auto& [from, to] : {std::pair(was, email), std::pair(uid_was, uid)})
      for (auto at = body.find(from); !from.empty() && at != std::string::npos;
           at = body.find(from, at + to.size()))
        body.replace(at, from.size(), to);
    append(log(), body);
  }
  static std::string uid_of(const std::string& body) {
    const auto at = body.find("\"uid\":\"");
    return at == std::string::npos ? "" : body.substr(at + 7, body.find('"', at + 7) - at - 7);
  }
  static std::string client_of(const std::string& body) {
    const auto list = body.find("\"attendees\":");
    std::vector<std::string> found;
    if (list != std::string::npos) collect_emails(std::string_view(body).substr(list), found);
    return found.empty() ? "" : found.front();
  }
  Rows rows() {
    Rows all;
    log().views()->scan("", {}, [&](std::string_view key, std::string_view row) {
      all.emplace(key, row);
      return true;
    });
    return all;
  }
  Result<ForgetFacts> forget(const std::string& email) {
    auto done = forget_person(log(), clock_, email, {});
    project();
    return done;
  }
  void expect_no_trace_of(const std::string& email) {
    const PersonErasure person(email);
    for (const auto& [key, row] : rows()) EXPECT_FALSE(person.names(key, row)) << key.substr(0, 2);
    for (std::uint64_t n = log().cut().raw.value() + 1; n <= log().head().raw.value(); ++n)
      EXPECT_FALSE(person.names(log().raw(RawSequence{n})->body.value_or(""))) << "record " << n;
    for (std::uint64_t n = log().cut().event.value() + 1; n <= log().head().event.value(); ++n) {
      const EventRecord event = log().event(EventSequence{n})->event;
      EXPECT_FALSE(person.names(event.value)) << "event " << n;
      for (const StateValue& state : event.states) EXPECT_FALSE(person.names(state.json)) << "event " << n;
    }
    EXPECT_TRUE(log().records_of(email)->empty());
  }
  void expect_sound_and_rebuilt_to_the_same_bytes() {
    EXPECT_EQ(log().verify({})->damage, std::vector<std::string>{});
    const auto same = verify_rebuild(log(), {});
    ASSERT_TRUE(same) << same.error().text();
    EXPECT_FALSE(same->first_difference) << same->difference;
    const Rows before = rows();
    const LogHead head = log().head();
    const auto again = rebuild(log(), {});
    ASSERT_TRUE(again) << again.error().text();
    EXPECT_EQ(rows(), before);
    EXPECT_EQ(log().head().event_hash, head.event_hash);
    EXPECT_EQ(log().verify({})->damage, std::vector<std::string>{});
  }
  std::vector<EventRecord> events_of(const std::string& type) {
    std::vector<EventRecord> found;
    for (std::uint64_t n = log().cut().event.value() + 1; n <= log().head().event.value(); ++n)
      if (auto event = log().event(EventSequence{n})->event; event.type == type) found.push_back(event);
    return found;
  }
};

}  // namespace calsync
