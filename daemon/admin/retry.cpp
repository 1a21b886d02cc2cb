#include "daemon/admin/control.hpp"
#include "daemon/admin/control_routes.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/json.hpp>

#include <algorithm>
#include <limits>
#include <mutex>

namespace calsync {
namespace asio = boost::asio;
namespace json = boost::json;
namespace {

constexpr std::chrono::seconds patience{30};
constexpr std::chrono::milliseconds ask_again{5};
constexpr std::uint64_t sequence_max = std::numeric_limits<std::int64_t>::max();

struct Asked {
  RawSequence sequence;
  bool quarantined = false;
};

// Filled by the log's writer thread, read by the loop; outlives a request that was cut.
struct Answers {
  std::mutex mutex;
  std::vector<std::optional<Result<Appended>>> appended;  // guarded by mutex
  std::size_t waiting = 0;                                // guarded by mutex
  bool all() {
    const std::lock_guard lock(mutex);
    return waiting == 0;
  }
};

Result<std::vector<Asked>> read_asked(const std::string& body) {
  const Error wrong{Errc::rejected, "the body is not {\"sequences\":[n,…]} with 1 to " +
                                        std::to_string(retry_sequences_max) + " raw sequences"};
  boost::system::error_code bad;
  const json::value value = json::parse(body, bad);
  if (bad || !value.is_object()) return wrong;
  const json::value* list = value.as_object().if_contains("sequences");
  if (list == nullptr || !list->is_array() || list->as_array().empty()) return wrong;
  if (list->as_array().size() > retry_sequences_max) return wrong;
  std::vector<Asked> asked;
  for (const json::value& one : list->as_array()) {
    boost::system::error_code no_number;
    const auto number = one.to_number<std::uint64_t>(no_number);
    if (no_number || number == 0 || number > sequence_max) return wrong;
    const RawSequence sequence{number};
    if (std::ranges::find(asked, sequence, &Asked::sequence) == asked.end()) asked.push_back({sequence});
  }
  return asked;
}

Result<bool> is_quarantined(const EventLog& log, RawSequence sequence) {
  CALSYNC_TRY(found, "read quarantine", log.quarantine(RawSequence{sequence.value() - 1}, 1));
  return !found.empty() && found.front().sequence == sequence;
}

void append_all(EventLog& log, Clock& clock, const std::vector<Asked>& asked,
                const std::shared_ptr<Answers>& answers) {
  answers->appended.resize(asked.size());
  answers->waiting = static_cast<std::size_t>(std::ranges::count(asked, true, &Asked::quarantined));
  for (std::size_t i = 0; i < asked.size(); ++i) {
    if (!asked[i].quarantined) continue;
    RawDelivery delivery{.source = RecordSource::retry,
                         .source_id = {},
                         .content_type = "application/json",
                         .received = clock.wall(),
                         .body = "{\"retry\":" + std::to_string(asked[i].sequence.value()) + "}"};
    log.append(std::move(delivery), [answers, i](Result<Appended> appended) {
      const std::lock_guard lock(answers->mutex);
      answers->appended[i] = std::move(appended);
      --answers->waiting;
    });
  }
}

asio::awaitable<void> wait_until(std::function<bool()> done, std::chrono::steady_clock::duration limit) {
  asio::steady_timer timer(co_await asio::this_coro::executor);
  const auto end = std::chrono::steady_clock::now() + limit;
  while (!done() && std::chrono::steady_clock::now() < end) {
    timer.expires_after(ask_again);
    co_await timer.async_wait(asio::use_awaitable);
  }
}

json::object outcome_of(const EventLog& log, const Asked& asked,
                        const std::optional<Result<Appended>>& appended) {
  json::object out{{"sequence", asked.sequence.value()},
                   {"record", nullptr},
                   {"outcome", "not_quarantined"},
                   {"reason", ""}};
  if (!asked.quarantined) return out;
  out["outcome"] = "pending";
  if (!appended) return out;
  if (!*appended) {
    out["outcome"] = "failed";
    out["reason"] = appended->error().text();
    return out;
  }
  out["record"] = (*appended)->sequence.value();
  const auto summary = log.summary((*appended)->sequence);
  if (!summary || !*summary) return out;
  // The record itself tells why it could not be read again; the retry tells what else became of it.
  const auto still = is_quarantined(log, asked.sequence);
  const auto shown = still && *still ? log.summary(asked.sequence) : summary;
  if (!shown || !*shown) return out;
  out["outcome"] = to_text((*shown)->outcome);
  out["reason"] = (*shown)->reason;
  return out;
}

}  // namespace

asio::awaitable<ServerResponse> retry_quarantined(EventLog& log, Clock& clock, const AdminProbe& probe,
                                                  std::string body) {
  auto asked = read_asked(body);
  if (!asked) co_return error_response(400, "bad_request", asked.error().what);
  for (Asked& one : *asked) {
    const auto found = is_quarantined(log, one.sequence);
    if (!found) co_return error_response(503, "unavailable", found.error().text());
    one.quarantined = *found;
  }
  const auto answers = std::make_shared<Answers>();
  append_all(log, clock, *asked, answers);
  const std::function<bool()> all_appended = [&] { return answers->all(); };
  co_await wait_until(all_appended, patience);
  RawSequence last;
  {
    const std::lock_guard lock(answers->mutex);
    for (const auto& appended : answers->appended)
      if (appended && *appended) last = std::max(last, (*appended)->sequence);
  }
  const std::function<bool()> all_read = [&] { return log.head().normalised >= last; };
  co_await wait_until(all_read, patience);
  json::array retried;
  const std::lock_guard lock(answers->mutex);
  for (std::size_t i = 0; i < asked->size(); ++i) {
    retried.push_back(outcome_of(log, (*asked)[i], answers->appended[i]));
    if ((*asked)[i].quarantined) probe.retries.add();
  }
  co_return ServerResponse{.body = json::serialize(json::object{{"retried", std::move(retried)}})};
}

}  // namespace calsync
