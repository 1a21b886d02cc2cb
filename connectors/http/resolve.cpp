#include "connectors/http/resolve.hpp"

#include "state/base/thread.hpp"

#include <boost/asio/io_context.hpp>

#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>

namespace calsync {
namespace {
namespace asio = boost::asio;

constexpr int hanging_max = 8;

struct Asked {
  std::mutex mutex;
  std::condition_variable_any answered;
  std::optional<Endpoints> found;  // guarded by mutex
  boost::system::error_code code;  // guarded by mutex
};

std::atomic<int>& look_ups() {
  static std::atomic<int> running{0};
  return running;
}

void ask(const std::shared_ptr<Asked>& asked, const std::string& host, std::uint16_t port,
         const LookUp& look_up) {
  boost::system::error_code code;
  Endpoints found = look_up(host, port, code);
  {
    const std::lock_guard lock(asked->mutex);
    asked->found = std::move(found);
    asked->code = code;
  }
  asked->answered.notify_all();
  --look_ups();
}

}  // namespace

Endpoints system_look_up(const std::string& host, std::uint16_t port, boost::system::error_code& code) {
  asio::io_context loop(1);
  asio::ip::tcp::resolver resolver(loop);
  Endpoints out;
  for (const auto& entry : resolver.resolve(host, std::to_string(port), code))
    out.push_back(entry.endpoint());
  return out;
}

Result<Endpoints> resolve(const std::string& host, std::uint16_t port,
                          std::chrono::steady_clock::time_point until, const std::stop_token& stop,
                          const LookUp& look_up) {
  boost::system::error_code no_address;
  if (const auto address = asio::ip::make_address(host, no_address); !no_address)
    return Endpoints{{address, port}};
  if (++look_ups() > hanging_max) {
    --look_ups();
    return Error{Errc::unavailable,
                 "the look-up of " + host + " was not begun: too many others hang; check the name servers"};
  }
  const auto asked = std::make_shared<Asked>();
  std::thread([asked, host, port, look_up] {
    name_thread("look-up");
    ask(asked, host, port, look_up);
  }).detach();
  std::unique_lock lock(asked->mutex);
  asked->answered.wait_until(lock, stop, until, [&] { return asked->found.has_value(); });
  if (stop.stop_requested()) return Error{Errc::cancelled, "interrupted"};
  if (!asked->found)
    return Error{Errc::timeout, "the name " + host + " was not found in time: check the name servers"};
  if (asked->code || asked->found->empty())
    return Error{Errc::unavailable, "the name " + host + " was not found: " +
                                        (asked->code ? asked->code.message() : std::string("no addresses"))};
  return *std::move(asked->found);
}

}  // namespace calsync
