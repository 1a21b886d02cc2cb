// The intake guard against the sandbox's API: what it makes, mends and leaves alone, and what the log is told of it (DESIGN §12.9).
#include "daemon/guard/intake_guard.hpp"

#include "tests/support/sandbox/sandbox_api.hpp"

#include <gmock/gmock.h>

#include <condition_variable>
#include <mutex>

namespace calsync {
namespace json = boost::json;
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const std::string public_url = "https://hooks.example.org", hooks = "/v2/organizations/1/webhooks";
constexpr const char* first_secret = "a secret of source main, of some length";

// One guard, looked at from outside between two of its looks.
struct Guarded {
  Guarded() {
    settings.calcom.organization_id = 1;
    settings.intake.public_url = public_url;
  }
  ~Guarded() {
    if (guard) guard->stop();
  }
  Guarded(const Guarded&) = delete;
  Guarded& operator=(const Guarded&) = delete;

  void look() {
    const auto before = looks;
    if (guard)
      guard->look_soon();
    else
      guard = IntakeGuard::start(api, probe, {settings, [this] { return sources; }, note, on_problem});
    std::unique_lock lock(mutex);
    ASSERT_TRUE(looked.wait_for(lock, std::chrono::seconds{20}, [&] { return looks > before; }));
  }

  json::object row(const std::string& source) {
    const auto answer = api.get(hooks, ApiUse::drift);
    const json::value envelope = json::parse(answer->body);
    for (const auto& one : envelope.at("data").as_array())
      if (one.at("subscriberUrl") == json::value(public_url + "/hooks/" + source)) return one.as_object();
    return {};
  }
  void somebody_sets(const std::string& source, const std::string& body) {
    const auto path = hooks + "/" + std::string(row(source).at("id").as_string());
    ASSERT_TRUE(api.send("PATCH", path, body, ApiUse::interactive)->ok());
    api.mutations.clear();
    told.clear();
  }
  std::vector<std::string> steps() const {
    std::vector<std::string> out;
    for (const auto& record : told) {
      const auto said = json::parse(record).as_object();
      out.push_back(std::string(said.at("record").as_string()) + " " +
                    std::string(said.at("address").as_string()));
    }
    return out;
  }

  SandboxApi api;
  MetricRegistry registry;
  GuardProbe probe{registry};
  Settings settings;
  std::vector<GuardedSource> sources{{"main", {Secret(first_secret)}}};
  std::vector<std::string> told;
  std::optional<Error> log_fails;
  Mender::Note note = [this](const std::string& record) -> Result<void> {
    if (log_fails) return *log_fails;
    told.push_back(record);
    return {};
  };
  std::mutex mutex;
  std::condition_variable looked;
  int looks = 0;        // guarded by mutex
  std::string problem;  // of the last look; between two of them
  std::function<void(const std::string&)> on_problem = [this](const std::string& now) {
    {
      const std::lock_guard lock(mutex);
      problem = now;
      ++looks;
    }
    looked.notify_all();
  };
  std::unique_ptr<IntakeGuard> guard;
};

const std::string address = "webhook/organization/" + public_url + "/hooks/";

TEST(IntakeGuard, EverySourceGetsASubscriptionOfItsOwnAndTheLogIsToldEachStep) {
  Guarded guarded;
  guarded.sources.push_back({"forms", {Secret("a secret of source forms, of some length")}});
  guarded.look();
  EXPECT_THAT(guarded.steps(),
              ElementsAre("change.started " + address + "main", "change.done " + address + "main",
                          "change.started " + address + "forms", "change.done " + address + "forms"));
  EXPECT_EQ(guarded.row("main").at("secret"), json::value(first_secret));
  EXPECT_EQ(guarded.row("forms").at("secret"), json::value("a secret of source forms, of some length"));
  EXPECT_EQ(guarded.problem, "");
  EXPECT_EQ(guarded.probe.mended.value(), 2u);
  for (const auto& record : guarded.told) {
    EXPECT_THAT(record, HasSubstr(R"("action":"create")"));
    EXPECT_THAT(record, testing::Not(HasSubstr("a secret of source")));
  }
  guarded.told.clear();
  guarded.look();
  EXPECT_THAT(guarded.told, IsEmpty()) << "nothing was to be done";
}

TEST(IntakeGuard, ATemplateThatSomebodyPutOnIsTakenOffAgain) {
  Guarded guarded;
  guarded.look();
  guarded.somebody_sets("main", R"({"payloadTemplate":"{\"uid\":\"{{uid}}\"}"})");
  guarded.look();
  EXPECT_TRUE(guarded.row("main").at("payloadTemplate").is_null());
  ASSERT_THAT(guarded.steps(),
              ElementsAre("change.started " + address + "main", "change.done " + address + "main"));
  const json::value done = json::parse(guarded.told[1]);
  const auto& changes = done.at("changes").as_array();
  ASSERT_EQ(changes.size(), 1u);
  EXPECT_EQ(changes[0].at("pointer"), json::value("/payloadTemplate"));
  EXPECT_EQ(changes[0].at("from"), json::value(R"({"uid":"{{uid}}"})"));
  EXPECT_TRUE(changes[0].at("to").is_null());
  EXPECT_THAT(guarded.api.mutations, testing::SizeIs(1));
}

TEST(IntakeGuard, WhatCannotBeMendedIsToldOnceAndKeepsNoOtherSourceFromIt) {
  Guarded guarded;
  guarded.sources.push_back({"forms", {Secret("a secret of source forms, of some length")}});
  guarded.look();
  guarded.somebody_sets("forms", R"({"active":false})");
  guarded.somebody_sets("main", R"({"active":false})");
  const std::string refused = "PATCH " + hooks + "/" + std::string(guarded.row("main").at("id").as_string());
  guarded.api.refuse = [&](const std::string& mutation) -> std::optional<ApiAnswer> {
    if (mutation != refused) return std::nullopt;
    return ApiAnswer{.status = 403, .code = "FORBIDDEN", .message = "not yours"};
  };
  guarded.look();
  guarded.look();
  EXPECT_THAT(guarded.steps(),
              ElementsAre("change.started " + address + "main", "change.failed " + address + "main",
                          "change.started " + address + "forms", "change.done " + address + "forms"));
  EXPECT_THAT(guarded.told[1], HasSubstr("not yours"));
  EXPECT_THAT(guarded.problem, HasSubstr("/hooks/main"));
  EXPECT_EQ(guarded.probe.failed.value(), 2u);
  guarded.api.refuse = {};
  guarded.told.clear();
  guarded.look();
  EXPECT_THAT(guarded.steps(), ElementsAre("change.done " + address + "main"));
  EXPECT_EQ(guarded.problem, "");
}

TEST(IntakeGuard, WhatCalcomTookAndDidNotKeepIsAFailure) {
  Guarded guarded;
  guarded.look();
  guarded.somebody_sets("main", R"({"active":false})");
  guarded.api.spoil_read = [](std::string_view, ApiAnswer& answer) {
    if (const auto at = answer.body.find(R"("active":true)"); at != std::string::npos)
      answer.body.replace(at, 13, R"("active":false)");
  };
  guarded.look();
  ASSERT_THAT(guarded.steps(),
              ElementsAre("change.started " + address + "main", "change.failed " + address + "main"));
  EXPECT_THAT(guarded.told[1], HasSubstr("has not taken it: switched on"));
}

TEST(IntakeGuard, WhatSomebodyChangesWhileItIsMendedIsNoFailureAndMendedNext) {
  Guarded guarded;
  guarded.look();
  guarded.somebody_sets("main", R"({"active":false})");
  const std::string path = hooks + "/" + std::string(guarded.row("main").at("id").as_string());
  bool done = false;
  guarded.api.after_send = [&](const std::string&) -> std::optional<Error> {
    if (std::exchange(done, true)) return std::nullopt;
    (void)guarded.api.send("PATCH", path, R"({"triggers":["OOO_CREATED"]})", ApiUse::interactive);
    return std::nullopt;
  };
  guarded.look();
  guarded.look();
  EXPECT_THAT(guarded.steps(),
              ElementsAre("change.started " + address + "main", "change.done " + address + "main",
                          "change.started " + address + "main", "change.done " + address + "main"));
  EXPECT_EQ(guarded.problem, "");
}

TEST(IntakeGuard, ACallWhoseAnswerIsLostIsReadBack) {
  Guarded guarded;
  guarded.api.after_send = [](const std::string&) { return Error{Errc::timeout, "no answer"}; };
  guarded.look();
  EXPECT_THAT(guarded.steps(),
              ElementsAre("change.started " + address + "main", "change.done " + address + "main"));
  EXPECT_EQ(guarded.problem, "");
}

TEST(IntakeGuard, AMendingWhoseReadingBackFailedIsDoneAtTheNextLookAndTheSameDamageLaterIsToldAnew) {
  Guarded guarded;
  guarded.look();
  const std::vector<std::string> failed{"change.started " + address + "main",
                                        "change.failed " + address + "main"};
  bool away = false;
  guarded.api.after_send = [&](const std::string&) -> std::optional<Error> {
    away = true;
    return std::nullopt;
  };
  guarded.api.spoil_read = [&](std::string_view, ApiAnswer& answer) {
    if (away) answer.status = 503;
  };
  for (int time = 0; time < 2; ++time) {
    const auto after_send = std::exchange(guarded.api.after_send, {});
    guarded.somebody_sets("main", R"({"active":false})");
    guarded.api.after_send = after_send;
    guarded.look();
    EXPECT_EQ(guarded.steps(), failed) << "time " << time;
    away = false;
    guarded.told.clear();
    guarded.look();
    guarded.look();
    EXPECT_THAT(guarded.steps(), ElementsAre("change.done " + address + "main")) << "time " << time;
    EXPECT_EQ(guarded.problem, "");
  }
}

TEST(IntakeGuard, NothingIsCalledThatTheLogDoesNotKnowOf) {
  Guarded guarded;
  guarded.log_fails = Error{Errc::io, "the disk is full"};
  guarded.look();
  EXPECT_THAT(guarded.api.mutations, IsEmpty());
  EXPECT_THAT(guarded.problem, HasSubstr("the disk is full"));
}

}  // namespace
}  // namespace calsync
