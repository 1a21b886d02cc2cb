// Admin routes and control socket over a real log in a folder of its own, on a thread of their own.
#pragma once
#include "connectors/http/client.hpp"
#include "daemon/admin/admin.hpp"
#include "daemon/admin/control.hpp"
#include "state/views/chain.hpp"

#include <boost/asio/post.hpp>
#include <boost/json.hpp>
#include <gtest/gtest.h>

#include <filesystem>
#include <thread>

namespace calsync::testing_admin {

namespace json = boost::json;

class AdminTest : public testing::Test {
 protected:
  AdminTest() {
    std::string name = (std::filesystem::temp_directory_path() / "calsync-admin-XXXXXX").string();
    folder = ::mkdtemp(name.data());
    auto opened = EventLog::open({.path = folder / "log"}, metrics);
    EXPECT_TRUE(opened) << opened.error().text();
    log = *std::move(opened);
  }
  ~AdminTest() override {
    stop();
    log->close();
    std::error_code ignored;
    std::filesystem::remove_all(folder, ignored);
  }

  AdminSources sources() {
    return {.log = *log,
            .metrics = metrics,
            .clock = clock,
            .conditions = conditions,
            .publisher = [this] { return publisher; },
            .intake =
                [] {
                  return IntakeStatus{"127.0.0.1:8787", 3};
                },
            .version = "0.1.0",
            .settings_file = "/etc/calsync/calsyncd.yaml",
            .log_path = (folder / "log").string(),
            .started_at = Instant{std::chrono::milliseconds{1'700'000'000'000}},
            .backups = backups,
            .reconcile = [this] { return reconcile; }};
  }
  void start(const std::string& token = "") {
    start({.listen = "127.0.0.1:0", .token = Secret(token), .log_path = folder / "log"});
  }
  void start(AdminOptions options) {
    auto started = Admin::start(io, std::move(options), sources());
    ASSERT_TRUE(started) << started.error().text();
    admin = *std::move(started);
    thread = std::thread([this] { io.run(); });
  }
  void stop() {
    if (!thread.joinable()) return;
    boost::asio::post(io, [this] { admin->stop(); });
    thread.join();
  }

  HttpAnswer tcp(const HttpRequest& request) {
    std::string address = admin->listening();
    if (address.starts_with("0.0.0.0")) address.replace(0, 7, "127.0.0.1");  // everywhere: also here
    return send(HttpClient::to(*parse_http_url("http://" + address), {}), request);
  }
  HttpAnswer control(const HttpRequest& request) {
    const auto name = SocketName::of(control_socket_path(folder / "log"));
    return send(HttpClient::to_unix_socket(name->text(), {}), request);
  }
  json::value get(const std::string& target) {
    const HttpAnswer answer = tcp({.target = target});
    EXPECT_EQ(answer.status, 200U) << target << ": " << answer.body;
    return json::parse(answer.body);
  }

  RawSequence add_record(const std::string& body, RecordOutcome outcome, std::vector<EventRecord> events = {},
                         const std::string& reason = "") {
    const RawSequence sequence = append(body);
    commit(sequence, outcome, std::move(events), reason);
    return sequence;
  }
  RawSequence append(const std::string& body) {
    const auto appended = log->append_and_wait(
        {RecordSource::webhook, SourceId{"main"}, "application/json", clock.wall(), body});
    EXPECT_TRUE(appended) << appended.error().text();
    return appended->sequence;
  }
  void commit(RawSequence upto, RecordOutcome outcome, std::vector<EventRecord> events,
              const std::string& reason, const std::string& trigger = "", const std::string& person = "",
              ViewTable::Changes views = {}) {
    for (EventRecord& event : events) {
      event.sequence = EventSequence{log->head().event.value() + 1};
      event.raw = upto;
      event.key_sequence = KeySequence{++key_sequences[event.key.value()]};
    }
    RecordSummary summary;
    summary.outcome = outcome;
    summary.reason = reason;
    summary.trigger = trigger;
    if (!person.empty()) summary.people = {person};
    Projection projection;
    projection.upto = upto;
    projection.events = std::move(events);
    projection.views = std::move(views);
    projection.summaries = {{upto, summary}};
    const auto done = log->commit(std::move(projection));
    EXPECT_TRUE(done) << done.error().text();
  }
  void add_event(const std::string& type, const std::string& key, const std::string& subject,
                 const std::string& day, Topic topic = Topic::bookings, const std::string& trigger = "",
                 const std::string& person = "") {
    EventRecord event;
    event.topic = topic;
    event.key = EventKey{key};
    event.type = type;
    event.subject = subject;
    event.time = *parse_instant(day + "T00:00:00Z");
    event.value = R"({"n":)" + std::to_string(++bodies) + "}";
    commit(append("body " + std::to_string(bodies)), RecordOutcome::event, {event}, "", trigger, person);
  }
  // As a reschedule leaves it in the views: the old booking says where it went, the new one where it came from.
  void add_link(const std::string& from, const std::string& to) {
    MemoryViews nothing;
    ViewTable views(nothing);
    std::vector<BookingRow> told;
    mark_rescheduled(views, {from, to, std::nullopt}, {}, told);
    BookingRow later;
    later.uid = to;
    RescheduledFrom origin;
    origin.uid = from;
    later.rescheduled_from.hear(origin, {});
    views.put(booking_row_key(to), encode(later));
    commit(append("link"), RecordOutcome::no_change, {}, "", "", "", views.take());
  }

  std::filesystem::path folder;
  SystemClock clock;
  MetricRegistry metrics;
  Conditions conditions{clock};
  std::optional<PublisherStatus> publisher;
  std::optional<ReconcileStatus> reconcile;
  BackupRunner* backups = nullptr;
  std::unique_ptr<EventLog> log;
  boost::asio::io_context io;
  std::unique_ptr<Admin> admin;
  std::thread thread;
  std::map<std::string, std::uint64_t> key_sequences;
  int bodies = 0;

 private:
  static HttpAnswer send(Result<HttpClient> client, const HttpRequest& request) {
    EXPECT_TRUE(client) << client.error().text();
    auto answer = client->send(request);
    EXPECT_TRUE(answer) << answer.error().text();
    return answer ? *std::move(answer) : HttpAnswer{};
  }
};

}  // namespace calsync::testing_admin
