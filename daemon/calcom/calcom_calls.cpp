#include "daemon/calcom/calcom_calls.hpp"

#include "daemon/calcom/api_call.hpp"
#include "state/base/thread.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/json.hpp>

#include <condition_variable>

namespace calsync {
namespace asio = boost::asio;
namespace {

constexpr std::chrono::seconds grace{1};
constexpr std::size_t threads = 4;  // as many as the client has connections

class Calls final : public CalcomCalls {
 public:
  Calls(EventLog& log, Clock& clock) : log_(log), clock_(clock) {}
  ~Calls() override { Calls::stop(); }

  Result<void> open(CalcomClientOptions options, CalcomProbe& probe) {
    options.stop = stop_.get_token();
    CALSYNC_TRY(client, "calcom", CalcomClient::create(std::move(options), clock_, probe));
    client_ = std::move(client);
    recorded_ = std::make_unique<RecordedApi>(*client_, log_, clock_);
    return {};
  }

  [[nodiscard]] CalcomReads& reads() override { return *client_; }
  [[nodiscard]] CalcomApi& changes() override { return *recorded_; }
  [[nodiscard]] RequestGate::State state() const override { return client_->state(); }
  void set_key(Secret key) override { client_->set_key(std::move(key)); }

  asio::awaitable<ServerResponse> answer(std::string body) override {
    auto call = read_api_call(body);
    if (!call) co_return error_response(400, "bad_request", call.error().what);
    if (!begin()) {
      const Result<ApiAnswer> ended = Error{Errc::cancelled, "the daemon is stopping: run the command again"};
      co_return ServerResponse{.body = boost::json::serialize(to_json(ended))};
    }
    co_return co_await asio::co_spawn(pool_, run(*std::move(call)), asio::use_awaitable);
  }

  void stop() override {
    {
      std::unique_lock lock(mutex_);
      idle_.wait_for(lock, grace, [this] { return busy_ == 0; });
      stopped_ = true;
    }
    stop_.request_stop();
    pool_.join();
  }

 private:
  asio::awaitable<ServerResponse> run(ApiCall call) {
    name_thread("calcom calls");
    const auto outcome = make_call(*recorded_, call);
    end();
    co_return ServerResponse{.body = boost::json::serialize(to_json(outcome))};
  }

  // False: nobody is there any more who would make it.
  bool begin() {
    const std::lock_guard lock(mutex_);
    if (stopped_) return false;
    ++busy_;
    return true;
  }
  void end() {
    const std::lock_guard lock(mutex_);
    if (--busy_ == 0) idle_.notify_all();
  }

  EventLog& log_;
  Clock& clock_;
  std::mutex mutex_;
  std::condition_variable idle_;
  int busy_ = 0;          // guarded by mutex_: calls of the command line under way
  bool stopped_ = false;  // guarded by mutex_
  std::stop_source stop_;
  std::unique_ptr<CalcomClient> client_;
  std::unique_ptr<RecordedApi> recorded_;
  asio::thread_pool pool_{threads};  // the last member: its threads use the others
};

}  // namespace

Result<std::unique_ptr<CalcomCalls>> CalcomCalls::start(CalcomClientOptions options, EventLog& log,
                                                        Clock& clock, CalcomProbe& probe) {
  auto calls = std::make_unique<Calls>(log, clock);
  CALSYNC_CHECK("start", calls->open(std::move(options), probe));
  return std::unique_ptr<CalcomCalls>(std::move(calls));
}

}  // namespace calsync
