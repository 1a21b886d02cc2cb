#include "daemon/admin/control_routes.hpp"
#include "tests/daemon/admin/admin_fixture.hpp"

#include <gmock/gmock.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>

#include <csignal>
#include <cstring>
#include <fstream>
#include <unistd.h>

namespace calsync::testing_admin {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

// In a child of a process with threads: system calls only.
[[noreturn]] void ask_for_copies_and_die(const char* socket_name, int wanted) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strncpy(static_cast<char*>(address.sun_path), socket_name, sizeof address.sun_path - 1);
  const int socket = ::socket(AF_UNIX, SOCK_STREAM, 0);
  if (::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) ::_exit(1);
  static constexpr std::string_view ask =
      "POST /control/checkpoint HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n";
  for (int i = 0; i < wanted; ++i) {
    if (::send(socket, ask.data(), ask.size(), MSG_NOSIGNAL) < 0) ::_exit(2);
    char last = 0;  // the answer ends with the one brace that it has
    while (last != '}')
      if (::recv(socket, &last, 1, 0) != 1) ::_exit(3);
  }
  ::kill(::getpid(), SIGKILL);
  ::_exit(4);
}

class ControlTest : public AdminTest {
 protected:
  // What the normaliser does with a retry record, as far as this room sees it.
  void normalise_next(RecordOutcome outcome, const std::string& reason = "") {
    const RawSequence before = log->head().normalised;
    ASSERT_TRUE(log->wait_for_raw(before, {}, std::chrono::seconds{10}));
    commit(next(before), outcome, {}, reason);
  }
  std::string make_copy() {
    const HttpAnswer made = control({.method = "POST", .target = "/control/checkpoint"});
    EXPECT_EQ(made.status, 201U) << made.body;
    return made.status == 201 ? std::string(json::parse(made.body).at("path").as_string()) : "";
  }
  [[nodiscard]] std::size_t copies() const {
    const fs::directory_iterator all(folder / "log" / "checkpoints");
    return static_cast<std::size_t>(std::distance(begin(all), end(all)));
  }
  json::value retry(const std::string& body) {
    const HttpAnswer answer = control({.method = "POST", .target = "/control/retry", .body = body});
    EXPECT_EQ(answer.status, 200U) << answer.body;
    return json::parse(answer.body);
  }
};

TEST_F(ControlTest, IsNotReachableOverTcp) {
  start();
  EXPECT_EQ(tcp({.method = "POST", .target = "/control/checkpoint"}).status, 404U);
  EXPECT_EQ(tcp({.method = "POST", .target = "/control/retry"}).status, 404U);
}

TEST_F(ControlTest, MakesABackupAndTellsWhatCameOfIt) {
  add_event("booking.created", "k", "s", "2026-01-01");
  BackupRunner runner(*log, {}, clock, metrics);
  runner.start();
  backups = &runner;
  start();
  const auto ask = [&](const std::string& body) {
    return control({.method = "POST", .target = "/control/backup", .body = body});
  };
  for (const char* bad : {"[]", R"({"directory":"relative"})", R"({"keep":0})", R"({"keep":"many"})"})
    EXPECT_EQ(ask(bad).status, 400U) << bad;
  const HttpAnswer nowhere = ask("");
  EXPECT_EQ(nowhere.status, 400U);
  EXPECT_NE(nowhere.body.find("log.backup.path"), std::string::npos);
  const HttpAnswer begun = ask(json::serialize(json::object{{"directory", (folder / "backups").string()}}));
  ASSERT_EQ(begun.status, 202U) << begun.body;
  EXPECT_EQ(begun.body, R"({"run":1})");
  json::value state;
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds{60};
  do {
    state = json::parse(control({.target = "/control/backup"}).body);
  } while ((state.at("run").as_int64() != 1 || state.at("running").as_bool()) &&
           std::chrono::steady_clock::now() < until);
  EXPECT_TRUE(state.at("error").is_null());
  ASSERT_TRUE(state.at("backup").is_object()) << json::serialize(state);
  EXPECT_TRUE(state.at("backup").at("verified").as_bool());
  EXPECT_EQ(state.at("backup").at("event").to_number<std::uint64_t>(), log->head().event.value());
  stop();
  backups = nullptr;
}

TEST_F(ControlTest, GivesACopyOfTheLogThatOpensBesideTheDaemonAndTakesItBack) {
  add_event("booking.created", "k", "s", "2026-01-01");
  start();
  const HttpAnswer made = control({.method = "POST", .target = "/control/checkpoint"});
  ASSERT_EQ(made.status, 201U) << made.body;
  const std::string path(json::parse(made.body).at("path").as_string());
  {
    MetricRegistry other;
    const auto copy = EventLog::open({.path = path, .create = false, .read_only = true}, other);
    ASSERT_TRUE(copy) << copy.error().text();
    EXPECT_EQ((*copy)->head().event, log->head().event);
    EXPECT_EQ((*copy)->head().event_hash, log->head().event_hash);
  }
  EXPECT_EQ(control({.method = "DELETE", .target = "/control/checkpoint?path=" + path}).status, 204U);
  EXPECT_FALSE(fs::exists(path));
  EXPECT_EQ(control({.method = "DELETE", .target = "/control/checkpoint?path=" + path}).status, 404U);
}

TEST_F(ControlTest, DeletesNothingButItsOwnCheckpoints) {
  start();
  ASSERT_EQ(control({.method = "POST", .target = "/control/checkpoint"}).status, 201U);
  fs::create_directories(folder / "precious");
  const std::string log_path = (folder / "log").string();
  for (const std::string& path :
       {(folder / "precious").string(), log_path, log_path + "/checkpoints", log_path + "/checkpoints/",
        log_path + "/checkpoints/%00", log_path + "/checkpoints/%00x", log_path + "/checkpoints/.",
        log_path + "/checkpoints/" + std::string(35, 'a'), log_path + "/checkpoints/" + std::string(36, 'a'),
        log_path + "/checkpoints/01234567-0123-0123-0123-0123456789a%00",
        log_path + "/checkpoints/../CURRENT", log_path + "/checkpoints/x/../../../precious", std::string("x"),
        std::string()})
    EXPECT_EQ(control({.method = "DELETE", .target = "/control/checkpoint?path=" + path}).status, 400U)
        << path;
  EXPECT_EQ(copies(), 1U);
  EXPECT_TRUE(fs::exists(folder / "precious"));
  EXPECT_TRUE(fs::exists(folder / "log" / "CURRENT"));
}

TEST_F(ControlTest, RemovesTheCopiesThatAnEarlierDaemonLeft) {
  fs::create_directories(folder / "log" / "checkpoints" / "old");
  start();
  EXPECT_FALSE(fs::exists(folder / "log" / "checkpoints" / "old"));
}

TEST_F(ControlTest, KeepsSixteenCopiesAndGivesUpTheOldest) {
  start();
  std::vector<std::string> made;
  for (int i = 0; i < 17; ++i) made.push_back(make_copy());
  EXPECT_EQ(copies(), 16U);
  EXPECT_FALSE(fs::exists(made.front()));
  EXPECT_TRUE(fs::exists(made[1]));
  EXPECT_TRUE(fs::exists(made.back()));
}

TEST_F(ControlTest, CopiesOfReadersThatWereKilledGoBeforeOneThatIsReadFrom) {
  start();
  const std::string mine = make_copy();
  const auto name = SocketName::of(control_socket_path(folder / "log"));
  ASSERT_TRUE(name);
  const int sixteen_less_one = 15;
  const pid_t reader = ::fork();
  if (reader == 0) ask_for_copies_and_die(name->text().c_str(), sixteen_less_one);
  ASSERT_GT(reader, 0);
  int ended = 0;
  ASSERT_EQ(::waitpid(reader, &ended, 0), reader);
  ASSERT_TRUE(WIFSIGNALED(ended)) << ended;
  ASSERT_EQ(copies(), 16U);
  const std::string another = make_copy();
  EXPECT_EQ(copies(), 2U);
  EXPECT_TRUE(fs::exists(mine));
  EXPECT_TRUE(fs::exists(another));
}

struct SetClock final : Clock {
  Instant wall() override { return {}; }
  std::chrono::steady_clock::time_point steady() override { return now; }
  std::chrono::steady_clock::time_point now{};
};

TEST_F(ControlTest, TakesACopyBackAfterADayOfTheSteadyClock) {
  SetClock set;
  const AdminProbe probe(metrics);
  Checkpoints checkpoints(*log, folder / "log", set, probe);
  const auto make = [&] {
    const ServerResponse made = checkpoints.create(0);
    EXPECT_EQ(made.status, 201U) << made.body;
    return fs::path(std::string(json::parse(made.body).at("path").as_string()));
  };
  const fs::path first = make();
  fs::last_write_time(first, fs::file_time_type::clock::now() - std::chrono::hours{48});
  make();
  EXPECT_TRUE(fs::exists(first)) << "the wall clock was set forward, and its reader still reads";
  set.now += std::chrono::hours{25};
  const fs::path last = make();
  EXPECT_FALSE(fs::exists(first));
  EXPECT_TRUE(fs::exists(last));
}

TEST_F(ControlTest, ReadsAQuarantinedRecordAgainAndTellsTheOutcome) {
  add_record("junk 1", RecordOutcome::quarantined, {}, "is no JSON");
  add_record("fine", RecordOutcome::nothing);
  start();
  std::thread normaliser([this] { normalise_next(RecordOutcome::quarantined, "still is no JSON"); });
  const json::value answer = retry(R"({"sequences":[2,1]})");
  normaliser.join();
  const json::value& fine = answer.at("retried").at(0);
  EXPECT_EQ(json::serialize(fine), R"({"sequence":2,"record":null,"outcome":"not_quarantined","reason":""})");
  const json::value& junk = answer.at("retried").at(1);
  EXPECT_EQ(junk.at("sequence").as_int64(), 1);
  EXPECT_EQ(junk.at("record").as_int64(), 3);
  EXPECT_EQ(junk.at("outcome").as_string(), "quarantined");
  const auto record = log->raw(RawSequence{3});
  ASSERT_TRUE(record);
  EXPECT_EQ(record->source, RecordSource::retry);
  EXPECT_EQ(record->body, R"({"retry":1})");
}

TEST_F(ControlTest, ReadsARecordAgainOnceHoweverOftenItIsNamed) {
  add_record("junk 1", RecordOutcome::quarantined, {}, "is no JSON");
  add_record("junk 2", RecordOutcome::quarantined, {}, "is no JSON");
  start();
  std::string list = "2";
  for (int i = 0; i < 400; ++i) list += ",1,2";
  std::thread normaliser([this] {
    normalise_next(RecordOutcome::quarantined, "still is no JSON");
    normalise_next(RecordOutcome::quarantined, "still is no JSON");
  });
  const json::value answer = retry(R"({"sequences":[)" + list + "]}");
  normaliser.join();
  ASSERT_EQ(answer.at("retried").as_array().size(), 2U);
  EXPECT_EQ(answer.at("retried").at(0).at("sequence").as_int64(), 2);
  EXPECT_EQ(answer.at("retried").at(1).at("sequence").as_int64(), 1);
  EXPECT_EQ(log->head().raw.value(), 4U);
}

TEST_F(ControlTest, RefusesARetryThatNamesNoRecords) {
  start();
  std::string many = "1";
  for (std::size_t i = 0; i < retry_sequences_max; ++i) many += ",1";
  for (const std::string& body : {std::string(""), std::string("{}"), std::string(R"({"sequences":[]})"),
                                  std::string(R"({"sequences":[0]})"), std::string(R"({"sequences":["1"]})"),
                                  std::string(R"({"sequences":[18446744073709551615]})"),
                                  std::string(R"({"sequences":[1.5]})"), R"({"sequences":[)" + many + "]}"}) {
    const HttpAnswer answer = control({.method = "POST", .target = "/control/retry", .body = body});
    EXPECT_EQ(answer.status, 400U) << body.substr(0, 40);
    EXPECT_THAT(answer.body, HasSubstr("bad_request"));
  }
  EXPECT_EQ(log->head().raw.value(), 0U);
}

TEST_F(ControlTest, ASecondDaemonOnTheSameLogIsRefused) {
  start();
  const auto second =
      Admin::start(io, {.listen = "127.0.0.1:0", .log_path = folder / "log"}, admin->sources());
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, Errc::conflict);
}

}  // namespace
}  // namespace calsync::testing_admin
